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

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>

namespace p4jit {

/// How far a transfer between host and device is.
struct TransferProgress {
    std::size_t done, total; ///< bytes
    bool ended = false;      ///< nothing follows: it is complete, or has failed
};

struct DeviceOptions {
    /// A serial port ("/dev/ttyACM0"), a pseudo-terminal, or
    /// "socket://host:port". Empty: what the environment variable P4JIT_PORT
    /// says, else the first ESP32-P4 on USB that answers, else the virtual one in
    /// this process. "virtual": always that one.
    std::string port;
    /// What a server at socket://host:port may ask for (`p4jit serve --token-file`).
    /// Empty: what the environment variable P4JIT_TOKEN says.
    std::string token;
    /// Firmware ELF whose symbols kernels may use; for the virtual board, the
    /// image it boots. Empty: the built-in one, if it is what the device runs.
    std::filesystem::path firmware_elf;
    /// The same for boards alone: a virtual one boots its own.
    std::filesystem::path board_firmware_elf;
    /// Which compiler to take if the environment variable P4JIT_TOOLCHAIN names
    /// none: as there. Empty: the first that is found.
    std::string toolchain;
    /// The chip's revision: what it executes, and so what code is built for. A
    /// virtual board of this process becomes such a chip. Empty: what the device
    /// says it is; 1.3 for a virtual board, and for a board that cannot tell
    /// (protocol v1).
    std::optional<isa::ChipRevision> revision;
    /// Let read(), write() and calls use device memory that is no block of this
    /// session: registers, the firmware's own data. A wrong address may crash the
    /// board. Needs protocol v2.
    bool unsafe = false;
    bool lint = true; ///< look for mistakes in all machine code that is loaded, and log warnings: docs/lint.md
    /// Takes what kernels print, and what the virtual board's firmware does;
    /// empty: stdout. Must not use the device.
    std::function<void(std::string_view)> console;
    /// Told how far transfers are that take longer than progress_after: arrays
    /// of calls and contents of buffers. Empty: nobody is. Must not use the device.
    std::function<void(const TransferProgress&)> progress;
    std::chrono::nanoseconds progress_after = std::chrono::seconds(1);
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

class Build;
/// What a new session with a device began with.
struct Reconnected {
    std::string name; ///< where the device is now
    /// What was on the device and is gone: modules by their source's name, and
    /// the number of buffers.
    std::vector<std::string> modules;
    std::size_t buffers = 0;
    /// "connected to /dev/ttyACM0 again; gone: 1 module (add.c), 2 buffers".
    std::string text() const;
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

    /// Device memory for `count` elements, with what was there before. Throws
    /// OutOfMemory.
    template <typename T>
    Buffer<T> buffer(std::size_t count, std::uint32_t memory_caps = caps::SPIRAM | caps::BITS_8) {
        return Buffer<T>(allocate(count * sizeof(T), memory_caps));
    }
    /// The same, with these elements: of a span, a vector, an array.
    template <typename T>
    Buffer<T> buffer(std::span<const T> elements, std::uint32_t memory_caps = caps::SPIRAM | caps::BITS_8) {
        auto buffer = this->buffer<T>(elements.size(), memory_caps);
        buffer.copy_from(elements);
        return buffer;
    }
    /// Untyped memory, in whole cache lines.
    Memory allocate(std::size_t size, std::uint32_t memory_caps = caps::SPIRAM | caps::BITS_8,
                    std::uint32_t alignment = 16);

    /// When only the session was lost, this begins a new one first, as reconnect()
    /// does, and logs a warning.
    HeapStats heap_stats();

    /// Copies device memory to the host and back. Throws AccessDenied outside of
    /// this session's blocks (Memory, Buffer, Module); with DeviceOptions::unsafe
    /// only where the device has no memory, or none that may be read or written.
    /// What is aligned to 4 bytes and a multiple of 4 long is accessed as words,
    /// once each, as registers want it.
    void read(std::uint32_t address, MutableBytes into);
    void write(std::uint32_t address, ByteView bytes);

    /// Calls int f(void) at an address, which must lie in a block of this session
    /// (AccessDenied), and returns what it does. Throws DeviceFault, Timeout,
    /// Interrupted.
    std::uint32_t execute(std::uint32_t address, std::optional<std::chrono::nanoseconds> timeout = std::nullopt);

    /// A function whose image, made by a Builder, was written to where it was built
    /// for. Its memory, and the block of arguments, stay the caller's. Throws
    /// UsageError for an image without a block of arguments, AccessDenied unless
    /// both are in blocks of this session, BadObject if it was linked against
    /// another firmware than the one that runs there.
    Function attach(const Build& build);

    /// Asks whether the device is there. Throws ConnectionLost.
    void ping(ByteView bytes);
    /// Frees all that is still allocated, and gives up the line: another program may
    /// open it. Whatever is asked of the device later throws ConnectionLost.
    void close();
    /// Opens the port again, or the one where the same board is now (by its USB
    /// serial number), and begins a new session: for a board that was unplugged,
    /// reset, or lost. A virtual board of this process is started anew. Waits up
    /// to `patience` for the device. Throws ConnectError; BadObject and
    /// UsageError as the constructor.
    /// Modules and buffers are gone, also if this throws: to use one of them
    /// throws UseAfterFree. Load and fill them again.
    Reconnected reconnect(std::chrono::nanoseconds patience = std::chrono::seconds(5));

    /// "virtual ESP32-P4", "/dev/ttyACM0".
    std::string name() const;
    bool is_virtual() const;
    /// What code is built for: see DeviceOptions.
    isa::ChipRevision revision() const;

private:
    friend class Builder;
    jit::Shared<jit::DeviceState> state_;
};

} // namespace p4jit
