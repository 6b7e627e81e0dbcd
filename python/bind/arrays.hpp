// The memory of NumPy arrays, as arguments see it.
#pragma once

#include "bind.hpp"

#include <memory>

namespace p4jit::python {

bool is_array(nb::handle value);

/// An array's memory, held until it is dropped. Needs the GIL to be made and
/// to be dropped.
class ArrayMemory {
public:
    /// Throws nb::python_error if the array does not show its memory, as one of
    /// datetime64 does not.
    explicit ArrayMemory(nb::handle array);

    bool is_writable() const { return view_->readonly == 0; }
    /// All of it: any shape, any strides.
    ArrayView as(ElementType element) const;

private:
    struct Release {
        void operator()(Py_buffer* view) const;
    };
    std::unique_ptr<Py_buffer, Release> view_;
};

/// Why no function takes an array of the dtype, and the cure: objects, bytes in
/// another order. Nothing if its bytes mean to a C function what they mean here.
std::optional<std::string> no_c_memory(nb::handle dtype);

} // namespace p4jit::python
