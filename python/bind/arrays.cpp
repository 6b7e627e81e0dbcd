#include "arrays.hpp"

#include <fmt/format.h>
#include <nanobind/stl/string.h>

namespace p4jit::python {

bool is_array(nb::handle value) {
    static PyObject* const type = nb::object(nb::module_::import_("numpy").attr("ndarray")).release().ptr();
    return PyObject_IsInstance(value.ptr(), type) == 1;
}

void ArrayMemory::Release::operator()(Py_buffer* view) const {
    PyBuffer_Release(view);
    delete view;
}

ArrayMemory::ArrayMemory(nb::handle array) {
    auto view = std::make_unique<Py_buffer>();
    if (PyObject_GetBuffer(array.ptr(), view.get(), PyBUF_STRIDED_RO) != 0) throw nb::python_error();
    view_.reset(view.release());
}

ArrayView ArrayMemory::as(ElementType element) const {
    ArrayView array{std::move(element), static_cast<std::uint8_t*>(view_->buf), static_cast<std::size_t>(view_->len),
                    is_writable()};
    array.dimensions.reserve(static_cast<std::size_t>(view_->ndim));
    for (int i = 0; i < view_->ndim; ++i)
        array.dimensions.push_back({static_cast<std::size_t>(view_->shape[i]), view_->strides[i]});
    return array;
}

std::optional<std::string> no_c_memory(nb::handle dtype) {
    if (nb::cast<bool>(dtype.attr("hasobject"))) return "It holds Python objects, which the device has not.";
    if (nb::cast<bool>(dtype.attr("isnative"))) return std::nullopt;
    if (!dtype.attr("names").is_none())
        return "Some bytes are in the other order: pass x.astype(x.dtype.newbyteorder('<')), the device is "
               "little-endian.";
    return fmt::format("Its bytes are in the other order: pass x.astype(np.{}), the device is little-endian.",
                       nb::cast<std::string>(nb::str(dtype.attr("newbyteorder")("="))));
}

} // namespace p4jit::python
