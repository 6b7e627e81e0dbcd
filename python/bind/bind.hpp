// What the binding files share. Each binds one topic; module.cpp calls them.
#pragma once

#include "p4jit/p4jit.hpp"

#include <nanobind/nanobind.h>

namespace p4jit::python {

namespace nb = nanobind;

void bind_errors(nb::module_& module);
void bind_binary(nb::module_& module);
void bind_build(nb::module_& module);
void bind_buffer(nb::module_& module);
void bind_device(nb::module_& module);
void bind_function(nb::module_& module);
void bind_tools(nb::module_& module);
void bind_variable(nb::module_& module);

/// nb::gil_scoped_acquire and _release, for threads that the interpreter may leave
/// behind when it ends: it unwinds a thread that asks for the GIL then, through
/// destructors that must not throw. Such a thread waits here for the process to end.
class Gil {
public:
    Gil();
    ~Gil() { PyGILState_Release(state_); }
    Gil(const Gil&) = delete;

private:
    PyGILState_STATE state_;
};

class WithoutGil {
public:
    WithoutGil() : state_(PyEval_SaveThread()) {}
    ~WithoutGil();
    WithoutGil(const WithoutGil&) = delete;

private:
    PyThreadState* state_;
};

/// True, with nothing pending in Python, after Ctrl-C. Takes the GIL.
bool interrupted();

/// Messages for a Python callable (level, text), which may be called by any thread.
Log log_to(nb::object callable);

/// Text from the device, a compiler or a file as a str. Nobody promises that it
/// is UTF-8: what is not becomes U+FFFD.
inline nb::object to_str(std::string_view text) {
    return nb::steal(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
}

/// The NumPy scalar type that a C number has: np.int32 for int.
nb::object numpy_type(ScalarType type);
/// Its name: "np.int32".
std::string numpy_type_name(ScalarType type);
/// The dtype that has the type's memory: a structured one for a structure, with
/// its offsets and size; uint32 for an address. Throws SignatureError for types
/// that no dtype has: void, incomplete ones.
nb::object numpy_dtype(const ElementType& type);

/// What elements of the dtype are in memory; nothing for others (strings,
/// objects, other byte orders, also in fields).
std::optional<ElementType> element_of(nb::handle dtype);

} // namespace p4jit::python
