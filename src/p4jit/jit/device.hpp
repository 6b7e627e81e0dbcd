// The public C++ API: Device, Module, Function, Buffer.
//
//   p4jit::Device device;                        // a board if there is one, else the virtual one
//   auto add = device.load("add.c").function("add");
//   int sum = add.call<int>(10, 20);
//
// All of them are handles: cheap to copy, alive as long as one copy is. What
// they own on the device is freed with the last one. Threads may share them;
// the device does one thing at a time.
//
// Errors: p4jit/base/error.hpp.
#pragma once

#include "p4jit/base/deadline.hpp"
#include "p4jit/base/error.hpp"
#include "p4jit/base/log.hpp"
#include "p4jit/isa/revision.hpp"
#include "p4jit/jit/buffer.hpp"
#include "p4jit/jit/memory_caps.hpp"
#include "p4jit/jit/module.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>

namespace p4jit {

struct DeviceOptions {
    /// A serial port ("/dev/ttyACM0"), a pseudo-terminal, or
    /// "socket://host:port". Empty: what the environment variable P4JIT_PORT
    /// says, else the first ESP32-P4 on USB that answers, else the virtual one in
    /// this process. "virtual": always that one.
    std::string port;
    /// Firmware ELF whose symbols kernels may use; for the virtual board, the
    /// image it boots. Empty: the built-in one, if it is what the device runs.
    std::filesystem::path firmware_elf;
    /// The chip's revision: what it executes, and so what code is built for. A
    /// virtual board of this process becomes such a chip. Empty: what the device
    /// says it is; 1.3 for a virtual board, and for a board that cannot tell
    /// (protocol v1).
    std::optional<isa::ChipRevision> revision;
    bool lint = true; ///< look for mistakes in all machine code that is loaded, and log warnings: docs/lint.md
    /// Takes what kernels print, and what the virtual board's firmware does;
    /// empty: stdout. Must not use the device.
    std::function<void(std::string_view)> console;
    /// 0: the newest protocol that the device speaks; 1: protocol v1.
    int protocol = 0;
    /// See InterruptCheck: true stops whatever call is under way.
    InterruptCheck interrupted;
    Log log;
};

/// What to compile: a file, or text. A file NAME.o is an object, and NAME.a an
/// archive of them: they are only linked, of an archive what is needed.
struct Source {
    std::filesystem::path name;
    std::optional<std::string> text; ///< instead of the file's content

    Source(const char* file) : name(file) {}
    Source(std::string file) : name(std::move(file)) {}
    Source(std::filesystem::path file) : name(std::move(file)) {}
    /// The name's extension tells the language; it shows in messages.
    static Source code(std::string text, std::filesystem::path name = "kernel.c") {
        Source source(std::move(name));
        source.text = std::move(text);
        return source;
    }
};

struct LoadOptions {
    std::string optimization = "O3";
    std::vector<std::string> defines;
    std::vector<std::filesystem::path> include_folders;
    std::vector<std::string> flags; ///< for the compiler, given last
    /// Functions to keep, with what they need. Empty: all.
    std::vector<std::string> functions;
    /// Optimize all sources as a whole.
    bool lto = false;
    bool use_firmware_symbols = true;
    /// Of one file: may the sources beside it provide what it lacks?
    bool use_siblings = true;
    std::uint32_t code_caps = caps::SPIRAM | caps::BITS_8; ///< memory for .text and .rodata
    /// Memory for .data, .bss, and blocks of arguments. One block with the code if
    /// both ask for the same.
    std::uint32_t data_caps = caps::SPIRAM | caps::BITS_8;
    std::uint32_t alignment = 16;
    bool lint = true; ///< unless the device's options say no
};

/// Free and total bytes of the device's heaps.
struct HeapStats {
    std::uint32_t free_spiram, total_spiram, free_internal, total_internal;
};

class Device {
public:
    /// Opens the device. Throws ConnectError (missing, busy or silent port),
    /// BadObject (a damaged firmware image, or not the one that runs there) and
    /// UsageError (a revision that the chip says it is not).
    explicit Device(DeviceOptions options = {});

    /// Compiles, links, places: one compiler process a source, none if the cache
    /// has the object. Throws SourceNotFound, CompileError, LinkError,
    /// FunctionNotFound, OutOfMemory and ToolchainNotFound; the device is as before
    /// then.
    Module load(const Source& source, const LoadOptions& options = {});
    /// The same for several sources, objects and archives, as one module.
    Module load(std::span<const Source> sources, const LoadOptions& options = {});

    /// One function as a typed callable, its types checked against the source:
    /// device.load<int(int, int)>("add.c", "add"). Throws also SignatureError.
    template <typename F>
    TypedFunction<F> load(const Source& source, const std::string& function, LoadOptions options = {}) {
        options.functions = {function};
        return load(source, options).function(function).template as<F>();
    }

    /// Device memory for `count` elements. Throws OutOfMemory.
    template <typename T>
    Buffer<T> buffer(std::size_t count, std::uint32_t memory_caps = caps::SPIRAM | caps::BITS_8) {
        return Buffer<T>(allocate(count * sizeof(T), memory_caps));
    }
    /// The same, filled with the elements.
    template <typename T>
    Buffer<T> buffer(std::span<const T> elements, std::uint32_t memory_caps = caps::SPIRAM | caps::BITS_8) {
        auto buffer = this->buffer<T>(elements.size(), memory_caps);
        buffer.copy_from(elements);
        return buffer;
    }
    /// Untyped memory.
    Memory allocate(std::size_t size, std::uint32_t memory_caps = caps::SPIRAM | caps::BITS_8,
                    std::uint32_t alignment = 16);

    HeapStats heap_stats();

    /// "virtual ESP32-P4", "/dev/ttyACM0".
    std::string name() const;
    bool is_virtual() const;
    /// What code is built for: see DeviceOptions.
    isa::ChipRevision revision() const;

private:
    std::shared_ptr<jit::DeviceState> state_;
};

} // namespace p4jit
