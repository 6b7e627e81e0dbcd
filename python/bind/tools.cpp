// What needs no device: disassembly, and what there is to work with.
#include "bind.hpp"

#include "p4jit/jit/disassembly.hpp"
#include "p4jit/jit/doctor.hpp"

#include <nanobind/stl/string.h>

namespace p4jit::python {

isa::ChipRevision chip_revision(const std::string& text) {
    const auto revision = isa::parse_chip_revision(text);
    if (!revision)
        throw UsageError("'" + text +
                         "' is no revision of the ESP32-P4: give 0.x, 1.x (such as \"1.3\") or 3.x (such as \"3.1\")");
    return *revision;
}

void bind_tools(nb::module_& module) {
    module.def(
        "disassemble",
        [](const std::string& file, bool aliases, bool source, const std::string& revision) {
            const DisassemblyOptions options{
                .aliases = aliases, .source = source, .revision = chip_revision(revision), .interrupted = interrupted};
            std::string text;
            {
                const nb::gil_scoped_release release;
                text = disassemble(file, options);
            }
            return to_str(text);
        },
        nb::arg("file"), nb::arg("aliases") = true, nb::arg("source") = true, nb::arg("revision") = "1.3",
        "The machine code of a source, object, archive or image as text.");
}

} // namespace p4jit::python
