// The extension module p4jit._core: the C++ API in Python. The package around
// it, python/p4jit, gives it the names that users know.
#include "bind.hpp"

#include "p4jit/jit/doctor.hpp"

#include <nanobind/stl/string.h>

namespace nb = nanobind;

/// A thread that the interpreter leaves behind keeps what it uses: that is no leak
/// to tell of.
static void before_exit() {
    if (nb::cast<int>(nb::module_::import_("threading").attr("active_count")()) > 1) nb::set_leak_warnings(false);
}

NB_MODULE(_core, module) {
    nb::module_::import_("atexit").attr("register")(nb::cpp_function(before_exit));
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
