// What needs no device: disassembly, and what there is to work with.
#include "bind.hpp"

#include "p4jit/base/printable.hpp"
#include "p4jit/jit/disassembly.hpp"
#include "p4jit/jit/doctor.hpp"

#include <nanobind/stl/string.h>

namespace p4jit::python {

void bind_tools(nb::module_& module) {
    nb::class_<TerminalFilter>(module, "TerminalFilter", "What kernels print, made harmless for a terminal.")
        .def(nb::init<>())
        .def("__call__", [](TerminalFilter& filter, const std::string& text) { return to_str(filter(text)); });
    module.def(
        "disassemble",
        [](const std::string& file, bool aliases, bool source, const std::string& revision) {
            const DisassemblyOptions options{.aliases = aliases,
                                             .source = source,
                                             .revision = isa::chip_revision_from(revision),
                                             .interrupted = interrupted};
            std::string text;
            {
                const WithoutGil release;
                text = disassemble(file, options);
            }
            return to_str(text);
        },
        nb::arg("file"), nb::arg("aliases") = true, nb::arg("source") = true, nb::arg("revision") = "1.3",
        "The machine code of a source, object, archive or image as text.");
}

} // namespace p4jit::python
