#include "buffer.hpp"

#include "arrays.hpp"

#include <nanobind/stl/string.h>

namespace p4jit::python {

namespace {

/// Contiguous host memory of a NumPy array that p4jit/buffer.py made.
MutableBytes bytes_of(const ArrayMemory& array) {
    const auto view = array.as(ScalarType::of<std::uint8_t>());
    return {view.data, view.size};
}

// Offsets are in the whole block.

void write(DeviceElements& elements, nb::handle array, std::uint32_t offset) {
    const ArrayMemory from(array);
    const WithoutGil release;
    elements.memory.write(bytes_of(from), offset);
}

void read(const DeviceElements& elements, nb::handle array, std::uint32_t offset) {
    const ArrayMemory into(array);
    const WithoutGil release;
    elements.memory.read(bytes_of(into), offset);
}

void fill(DeviceElements& elements, nb::handle element, std::uint32_t offset, std::size_t count) {
    const ArrayMemory from(element);
    const WithoutGil release;
    elements.memory.fill(bytes_of(from), offset, count);
}

void free(DeviceElements& elements) {
    const WithoutGil release;
    elements.memory.free();
}

} // namespace

DeviceElements::DeviceElements(Memory block)
    : memory(std::move(block)), size(memory.size()), element(ScalarType::of<std::uint8_t>()), dtype("uint8") {}

DeviceElements::DeviceElements(const DeviceElements& block, nb::handle type, std::uint32_t at, std::size_t bytes,
                               bool is_readonly, bool is_contiguous)
    : memory(block.memory),
      offset(at),
      size(bytes),
      element(element_of(type)),
      dtype(nb::cast<std::string>(nb::str(type))),
      readonly(is_readonly),
      contiguous(is_contiguous) {}

DeviceElements::~DeviceElements() {
    // The last one frees the memory, and the board may have something to print.
    const WithoutGil release;
    [[maybe_unused]] const auto last = std::move(memory);
}

DeviceArray DeviceElements::argument() const {
    auto array = memory.array(offset, size);
    array.element = element.value_or(ElementType());
    array.writable = !readonly;
    return array;
}

void bind_buffer(nb::module_& module) {
    nb::class_<DeviceElements>(module, "DeviceElements")
        .def(nb::init<const DeviceElements&, nb::handle, std::uint32_t, std::size_t, bool, bool>(), nb::arg("block"),
             nb::arg("dtype"), nb::arg("offset"), nb::arg("size"), nb::arg("readonly"), nb::arg("contiguous"))
        .def_prop_ro("_block_address", [](const DeviceElements& elements) { return elements.memory.address(); })
        .def_prop_ro(
            "is_freed", [](const DeviceElements& elements) { return elements.memory.is_freed(); },
            "Has the memory been given back, or gone with an earlier session?")
        .def("_write", write, nb::arg("array"), nb::arg("offset"))
        .def("_read", read, nb::arg("array"), nb::arg("offset"))
        .def("_fill", fill, nb::arg("element"), nb::arg("offset"), nb::arg("count"))
        .def("free", free, "Gives all of the memory back now, whatever view of it this is.");
}

} // namespace p4jit::python
