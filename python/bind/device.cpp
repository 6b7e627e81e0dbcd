// Device.
#include "buffer.hpp"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

namespace p4jit::python {

namespace {

/// A Python callable that C++ may call, and drop, without the GIL.
std::shared_ptr<nb::object> keep(nb::object callable) {
    return {new nb::object(std::move(callable)), [](nb::object* object) {
                const Gil gil;
                delete object;
            }};
}

/// Calls it with a text, behind other arguments; what it raises is reported and
/// forgotten, as in a __del__.
template <typename... Args>
void call(const std::shared_ptr<nb::object>& callable, std::string_view text, Args... before) {
    const Gil gil;
    try {
        (*callable)(before..., to_str(text));
    } catch (nb::python_error& error) {
        error.restore();
        PyErr_WriteUnraisable(callable->ptr());
    }
}

/// Calls it with bytes done, bytes in all, and whether that was the last.
void call(const std::shared_ptr<nb::object>& callable, const TransferProgress& progress) {
    const Gil gil;
    try {
        (*callable)(progress.done, progress.total, progress.ended);
    } catch (nb::python_error& error) {
        error.restore();
        PyErr_WriteUnraisable(callable->ptr());
    }
}

Device open(const std::string& port, const std::string& token, const std::string& firmware_elf,
            const std::string& board_firmware_elf, const std::string& toolchain,
            const std::optional<std::string>& revision, bool unsafe, bool lint, nb::object console, nb::object log,
            nb::object progress, double progress_after) {
    DeviceOptions options;
    if (!progress.is_none())
        options.progress = [tell = keep(std::move(progress))](const TransferProgress& how_far) { call(tell, how_far); };
    options.progress_after =
        std::chrono::round<std::chrono::nanoseconds>(std::chrono::duration<double>(progress_after));
    if (revision) options.revision = isa::chip_revision_from(*revision);
    options.lint = lint;
    options.port = port;
    options.token = token;
    options.unsafe = unsafe;
    options.firmware_elf = firmware_elf;
    options.board_firmware_elf = board_firmware_elf;
    options.toolchain = toolchain;
    options.interrupted = interrupted;
    options.console = [write = keep(std::move(console))](std::string_view text) { call(write, text); };
    options.log = log_to(std::move(log));
    const WithoutGil release;
    return Device(std::move(options));
}

std::vector<std::string> strings(const std::vector<std::filesystem::path>& paths) {
    std::vector<std::string> all;
    for (const auto& path : paths) all.push_back(path.string());
    return all;
}

/// Files, and texts under a name.
std::vector<Source> sources_from(const std::vector<std::pair<std::string, std::optional<std::string>>>& given) {
    std::vector<Source> sources;
    for (const auto& [name, text] : given) sources.push_back(text ? Source::code(*text, name) : Source(name));
    return sources;
}

Module load(Device& device, const std::vector<std::pair<std::string, std::optional<std::string>>>& sources,
            const LoadOptions& options) {
    const auto list = sources_from(sources);
    const WithoutGil release;
    return device.load(list, options);
}

void bind_load_options(nb::module_& module) {
    nb::class_<LoadOptions>(module, "LoadOptions")
        .def(nb::init<>())
        .def_rw("optimization", &LoadOptions::optimization)
        .def_rw("defines", &LoadOptions::defines)
        .def_prop_rw(
            "include_dirs", [](const LoadOptions& o) { return strings(o.include_folders); },
            [](LoadOptions& o, const std::vector<std::string>& folders) {
                o.include_folders.assign(folders.begin(), folders.end());
            })
        .def_rw("flags", &LoadOptions::flags)
        .def_rw("functions", &LoadOptions::functions)
        .def_rw("lto", &LoadOptions::lto)
        .def_rw("use_firmware_elf", &LoadOptions::use_firmware_symbols)
        .def_rw("use_siblings", &LoadOptions::use_siblings)
        .def_rw("code_caps", &LoadOptions::code_caps)
        .def_rw("data_caps", &LoadOptions::data_caps)
        .def_rw("alignment", &LoadOptions::alignment)
        .def_rw("lint", &LoadOptions::lint);
}

nb::bytes read_memory(Device& device, std::uint32_t address, std::size_t size) {
    Bytes bytes;
    {
        const WithoutGil release;
        // No device has more; a size that is a mistake costs no memory here.
        if (size > UINT32_MAX) throw AccessDenied(fmt::format("{} bytes are more than any device has", size));
        bytes.resize(size);
        device.read(address, bytes);
    }
    return nb::bytes(bytes.data(), bytes.size());
}

void write_memory(Device& device, std::uint32_t address, const nb::bytes& data) {
    const ByteView bytes(static_cast<const std::uint8_t*>(data.data()), data.size());
    const WithoutGil release;
    device.write(address, bytes);
}

std::uint32_t execute(Device& device, std::uint32_t address) {
    const WithoutGil release;
    return device.execute(address);
}

void ping(Device& device, const nb::bytes& data) {
    const ByteView bytes(static_cast<const std::uint8_t*>(data.data()), data.size());
    const WithoutGil release;
    device.ping(bytes);
}

nb::dict reconnect(Device& device, double timeout) {
    Reconnected again;
    {
        const WithoutGil release;
        again = device.reconnect(std::chrono::nanoseconds(static_cast<std::int64_t>(timeout * 1e9)));
    }
    nb::dict result;
    result["name"] = again.name;
    result["modules"] = again.modules;
    result["buffers"] = again.buffers;
    return result;
}

DeviceElements allocate(Device& device, std::size_t size, std::uint32_t caps, std::uint32_t alignment) {
    const auto memory = [&] {
        const WithoutGil release;
        return device.allocate(size, caps, alignment);
    }();
    return DeviceElements(memory);
}

} // namespace

Log log_to(nb::object callable) {
    return Log(LogLevel::debug, [write = keep(std::move(callable))](LogLevel level, std::string_view message) {
        call(write, message, static_cast<int>(level));
    });
}

void bind_device(nb::module_& module) {
    bind_load_options(module);
    nb::class_<Device>(module, "Device")
        .def_static("open", open, nb::arg("port"), nb::arg("token"), nb::arg("firmware_elf"),
                    nb::arg("board_firmware_elf"), nb::arg("toolchain"), nb::arg("revision").none(), nb::arg("unsafe"),
                    nb::arg("lint"), nb::arg("console"), nb::arg("log"), nb::arg("progress").none(),
                    nb::arg("progress_after"))
        .def("load", load, nb::arg("sources"), nb::arg("options"))
        .def("allocate", allocate, nb::arg("size"), nb::arg("caps"), nb::arg("alignment") = 16)
        .def("read_memory", read_memory, nb::arg("address"), nb::arg("size"))
        .def("write_memory", write_memory, nb::arg("address"), nb::arg("data"))
        .def("execute", execute, nb::arg("address"))
        .def("attach", &Device::attach, nb::arg("build"), nb::call_guard<WithoutGil>())
        .def("ping", ping, nb::arg("data"))
        .def("close", &Device::close, nb::call_guard<WithoutGil>())
        .def("heap_stats",
             [](Device& device) {
                 HeapStats stats{};
                 {
                     const WithoutGil release;
                     stats = device.heap_stats();
                 }
                 nb::dict result;
                 result["free_spiram"] = stats.free_spiram;
                 result["total_spiram"] = stats.total_spiram;
                 result["free_internal"] = stats.free_internal;
                 result["total_internal"] = stats.total_internal;
                 return result;
             })
        .def("reconnect", reconnect, nb::arg("timeout"))
        .def_prop_ro("name", &Device::name)
        .def_prop_ro("revision", [](const Device& device) { return device.revision().text(); })
        .def_prop_ro("is_virtual", &Device::is_virtual);

    auto caps = module.def_submodule("caps", "Memory capabilities, ESP-IDF's MALLOC_CAP_*.");
#define MEMORY_CAP(NAME, bit, meaning) caps.attr("MALLOC_CAP_" #NAME) = 1u << bit;
#include "spec/chip/caps.def"
}

} // namespace p4jit::python
