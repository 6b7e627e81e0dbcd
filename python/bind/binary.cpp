// What a module is made of.
#include "bind.hpp"

#include "p4jit/jit/module.hpp"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>

namespace p4jit::python {

namespace {

nb::bytes to_bytes(ByteView bytes) { return nb::bytes(bytes.data(), bytes.size()); }

const char* kind_of(const BinarySymbol& symbol) {
    switch (symbol.kind) {
    case BinarySymbol::Kind::function: return "FUNC";
    case BinarySymbol::Kind::object: return "OBJECT";
    case BinarySymbol::Kind::label: return "NOTYPE";
    }
    return "?";
}

nb::list sections(const Binary& binary) {
    nb::list all;
    for (const auto& section : binary.sections()) {
        nb::dict entry;
        entry["name"] = section.name;
        entry["address"] = section.address;
        entry["size"] = section.size;
        entry["type"] = section.is_zeros ? "NOBITS" : "PROGBITS";
        all.append(entry);
    }
    return all;
}

nb::list symbols(const Binary& binary) {
    nb::list all;
    for (const auto& symbol : binary.symbols()) {
        nb::dict entry;
        entry["name"] = to_str(symbol.name);
        entry["address"] = symbol.address;
        entry["size"] = symbol.size;
        entry["type"] = kind_of(symbol);
        entry["is_global"] = symbol.is_global;
        all.append(entry);
    }
    return all;
}

nb::object disassemble(const Binary& binary, bool aliases, bool source) {
    std::string text;
    {
        const WithoutGil release;
        text = binary.disassemble({.aliases = aliases, .source = source});
    }
    return to_str(text);
}

} // namespace

void bind_binary(nb::module_& module) {
    nb::class_<Binary>(module, "Binary")
        .def_prop_ro("bytes", [](const Binary& binary) { return to_bytes(binary.bytes()); })
        .def_prop_ro("address", &Binary::address)
        .def_prop_ro("entry_name", &Binary::entry_name)
        .def_prop_ro("entry_address", &Binary::entry_address)
        .def_prop_ro("sections", sections)
        .def_prop_ro("symbols", symbols)
        .def("elf", [](const Binary& binary) { return to_bytes(binary.elf()); })
        .def("disassemble", disassemble, nb::arg("aliases") = true, nb::arg("source") = true);
}

} // namespace p4jit::python
