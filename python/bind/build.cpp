// Builder and Build: images for addresses that the caller chose.
#include "bind.hpp"

#include "p4jit/jit/build.hpp"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace p4jit::python {

namespace {

Builder make_builder(const std::string& firmware_elf, const std::string& toolchain,
                     const std::optional<std::string>& revision, bool lint, nb::object log) {
    DeviceOptions options;
    options.firmware_elf = firmware_elf;
    options.toolchain = toolchain;
    if (revision) options.revision = isa::chip_revision_from(*revision);
    options.lint = lint;
    options.interrupted = interrupted;
    options.log = log_to(std::move(log));
    return Builder(std::move(options));
}

Build build(const Builder& builder, const std::string& source, const std::string& function, const LoadOptions& options,
            std::uint32_t address, std::optional<std::uint32_t> arguments) {
    const WithoutGil release;
    const Source from(source);
    return builder.build({&from, 1}, function, {address, arguments}, options);
}

nb::bytes data(const Build& build) {
    const auto bytes = build.data();
    return nb::bytes(bytes.data(), bytes.size());
}

/// (name, type, offset, size) of each parameter.
nb::list parameters(const Build& build) {
    nb::list all;
    const auto slots = build.slots();
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const auto& parameter = build.signature()->parameters[i];
        all.append(
            nb::make_tuple(to_str(parameter.name), to_str(parameter.type.spelling()), slots[i].offset, slots[i].size));
    }
    return all;
}

/// (type, offset, size) of the result.
nb::object result(const Build& build) {
    if (build.signature() == nullptr) return nb::none();
    const auto slot = build.result_slot();
    return nb::make_tuple(to_str(build.signature()->result.spelling()), slot.offset, slot.size);
}

} // namespace

void bind_build(nb::module_& module) {
    nb::class_<Build>(module, "Build")
        .def_prop_ro("binary", &Build::binary)
        .def_prop_ro("data", data)
        .def_prop_ro("address", &Build::address)
        .def_prop_ro("alignment", &Build::alignment)
        .def_prop_ro("entry_address", &Build::entry_address)
        .def_prop_ro("entry_name", &Build::entry_name)
        .def_prop_ro("constructors", &Build::constructors)
        .def_prop_ro("parameters", parameters)
        .def_prop_ro("result", result)
        .def_prop_ro("block_size", &Build::block_size);

    nb::class_<Builder>(module, "Builder")
        .def_static("make", make_builder, nb::arg("firmware_elf"), nb::arg("toolchain"), nb::arg("revision").none(),
                    nb::arg("lint"), nb::arg("log"))
        .def_static(
            "of_device", [](const Device& device) { return Builder(device); }, nb::arg("device"))
        .def("build", build, nb::arg("source"), nb::arg("function"), nb::arg("options"), nb::arg("address"),
             nb::arg("arguments").none());
}

} // namespace p4jit::python
