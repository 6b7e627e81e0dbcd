// What needs no device: disassembly, and what there is to work with.
#include "bind.hpp"

#include "p4jit/jit/disassembly.hpp"
#include "p4jit/jit/doctor.hpp"

#include <nanobind/stl/string.h>

namespace p4jit::python {

void bind_tools(nb::module_& module) {
    module.def(
        "disassemble",
        [](const std::string& file, bool aliases, bool source) {
            const nb::gil_scoped_release release;
            return disassemble(file, {.aliases = aliases, .source = source, .interrupted = interrupted});
        },
        nb::arg("file"), nb::arg("aliases") = true, nb::arg("source") = true,
        "The machine code of a source, object, archive or image as text.");
}

} // namespace p4jit::python
