// The extension module p4jit._core: the C++ API in Python. The package around
// it, python/p4jit, gives it the names that users know.
#include "bind.hpp"

#include "p4jit/jit/doctor.hpp"

#include <nanobind/stl/string.h>

NB_MODULE(_core, module) {
    // No leaks to tell of at exit: a thread that the interpreter leaves behind keeps
    // what it uses; and a script's console function knows the script's variables,
    // which hold the device, which holds the function.
    nanobind::set_leak_warnings(false);
    module.doc() = "The C++ library of P4-JIT; use the package p4jit instead.";
    module.attr("__version__") = p4jit::version();
    p4jit::python::bind_errors(module);
    p4jit::python::bind_binary(module);
    p4jit::python::bind_buffer(module);
    p4jit::python::bind_device(module);
    p4jit::python::bind_function(module);
    p4jit::python::bind_build(module);
    p4jit::python::bind_tools(module);
    p4jit::python::bind_variable(module);
}
