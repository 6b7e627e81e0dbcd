#include "p4jit/machine/semihosting.hpp"

#include <cerrno>
#include <ctime>

namespace p4jit::machine {

namespace {

enum Operation : std::uint32_t {
    sys_open = 0x01,
    sys_close = 0x02,
    sys_writec = 0x03,
    sys_write0 = 0x04,
    sys_write = 0x05,
    sys_read = 0x06,
    sys_readc = 0x07,
    sys_iserror = 0x08,
    sys_istty = 0x09,
    sys_seek = 0x0A,
    sys_flen = 0x0C,
    sys_tmpnam = 0x0D,
    sys_remove = 0x0E,
    sys_rename = 0x0F,
    sys_clock = 0x10,
    sys_time = 0x11,
    sys_system = 0x12,
    sys_errno = 0x13,
    sys_get_cmdline = 0x15,
    sys_heapinfo = 0x16,
    sys_exit = 0x18,
    sys_exit_extended = 0x20,
    sys_elapsed = 0x30,
    sys_tickfreq = 0x31,
};

constexpr std::uint32_t minus_one = ~0u;
constexpr std::uint32_t application_exit = 0x20026; // ADP_Stopped_ApplicationExit

// Section 4.2: magic, then bit 0 SYS_EXIT_EXTENDED, bit 1 stdout and stderr apart.
constexpr std::uint8_t feature_file[] = {'S', 'H', 'F', 'B', 0x03};

// No single string or file name of a sane program is longer.
constexpr std::uint32_t longest_text = 1 << 20;

} // namespace

Semihosting::Semihosting(Machine& machine, SemihostingOptions options)
    : machine_(machine), options_(std::move(options)) {
    files_.resize(1); // handle 0 is never given out
}

Semihosting::~Semihosting() {
    for (auto& file : files_)
        if (file.ours) std::fclose(file.stream);
    std::fflush(options_.out);
}

bool Semihosting::is_call(const Hart& hart) const {
    if (hart.trap.cause != Cause::breakpoint) return false;
    // slli x0,x0,0x1f; ebreak; srai x0,x0,7: all of them four bytes long.
    constexpr std::uint32_t before = 0x01F0'1013, ebreak = 0x0010'0073, behind = 0x4070'5013;
    const auto bytes = machine_.memory().view(hart.pc - 4, 12);
    return bytes.size() == 12 && load_le<std::uint32_t>(&bytes[0]) == before &&
           load_le<std::uint32_t>(&bytes[4]) == ebreak && load_le<std::uint32_t>(&bytes[8]) == behind;
}

bool Semihosting::handle(Hart& hart) {
    if (!is_call(hart)) return false;
    hart.x[10] = call(hart, hart.x[10], hart.x[11]);
    hart.pc += 4;
    return true;
}

std::uint32_t Semihosting::call(Hart& hart, std::uint32_t operation, std::uint32_t argument) {
    switch (operation) {
    case sys_writec: std::fputs(text(argument, 1).c_str(), options_.out); return 0;
    case sys_write0: std::fputs(text(argument, longest_text).c_str(), options_.out); return 0;
    case sys_readc: std::fflush(options_.out); return static_cast<std::uint32_t>(std::fgetc(options_.in));
    case sys_iserror: return static_cast<std::int32_t>(word(argument)) < 0;
    case sys_clock: return static_cast<std::uint32_t>(hart.cycles() * 100 / hart.cpu_hz);
    case sys_time: return static_cast<std::uint32_t>(std::time(nullptr));
    case sys_errno: return static_cast<std::uint32_t>(errno_);
    case sys_get_cmdline: return command_line(argument);
    case sys_heapinfo: return heap_info(argument);
    case sys_exit: exit(argument, argument == application_exit ? 0 : 1); return 0;
    case sys_exit_extended: exit(word(argument), word(argument + 4)); return 0;
    case sys_elapsed:
        set_word(argument, static_cast<std::uint32_t>(hart.cycles()));
        set_word(argument + 4, static_cast<std::uint32_t>(hart.cycles() >> 32));
        return 0;
    case sys_tickfreq: return static_cast<std::uint32_t>(hart.cpu_hz);
    default: return file_call(operation, argument);
    }
}

std::uint32_t Semihosting::file_call(std::uint32_t operation, std::uint32_t argument) {
    switch (operation) {
    case sys_open: return open(argument);
    case sys_remove: return std::remove(text(word(argument), word(argument + 4)).c_str()) == 0 ? 0 : failed(errno);
    case sys_rename: {
        const auto from = text(word(argument), word(argument + 4)), to = text(word(argument + 8), word(argument + 12));
        return std::rename(from.c_str(), to.c_str()) == 0 ? 0 : failed(errno);
    }
    case sys_tmpnam: // names that can be guessed, and
    case sys_system: // shell commands: not from a guest
        return failed(ENOSYS);
    default: break;
    }
    auto* opened = file(word(argument));
    if (opened == nullptr) return failed(EBADF);
    switch (operation) {
    case sys_close:
        if (opened->ours) std::fclose(opened->stream);
        *opened = {};
        return 0;
    case sys_write: return write(*opened, word(argument + 4), word(argument + 8));
    case sys_read: return read(*opened, word(argument + 4), word(argument + 8));
    case sys_istty: return options_.terminal && opened->stream != nullptr && !opened->ours;
    case sys_seek:
        if (opened->features) {
            opened->features_at = word(argument + 4);
            return 0;
        }
        return std::fseek(opened->stream, static_cast<long>(word(argument + 4)), SEEK_SET) == 0 ? 0 : failed(errno);
    case sys_flen: return length(*opened);
    default: return failed(ENOSYS);
    }
}

std::uint32_t Semihosting::open(std::uint32_t argument) {
    const auto name = text(word(argument), word(argument + 8));
    const auto mode = word(argument + 4);
    constexpr const char* modes[] = {"r", "rb", "r+", "r+b", "w", "wb", "w+", "w+b", "a", "ab", "a+", "a+b"};
    if (mode >= std::size(modes)) return failed(EINVAL);
    File file;
    if (name == ":tt")
        file.stream = mode < 4 ? options_.in : mode < 8 ? options_.out : options_.err;
    else if (name == ":semihosting-features")
        file.features = true;
    else {
        file.stream = std::fopen(name.c_str(), modes[mode]);
        file.ours = true;
        if (file.stream == nullptr) return failed(errno);
        // What is written is there for other handles, and other programs, at once.
        std::setvbuf(file.stream, nullptr, _IONBF, 0);
    }
    files_.push_back(file);
    return static_cast<std::uint32_t>(files_.size() - 1);
}

/// The number of bytes that were not read, as the specification has it.
std::uint32_t Semihosting::read(File& file, std::uint32_t address, std::uint32_t size) {
    const auto into = machine_.memory().view(address, size);
    if (into.size() != size) return size;
    std::size_t done = 0;
    if (file.features) {
        for (; done < size && file.features_at < sizeof feature_file; ++done)
            into[done] = feature_file[file.features_at++];
    } else {
        if (file.stream == options_.in) std::fflush(options_.out);
        done = std::fread(into.data(), 1, size, file.stream);
    }
    machine_.memory().changed(address, static_cast<std::uint32_t>(done));
    return size - static_cast<std::uint32_t>(done);
}

std::uint32_t Semihosting::write(File& file, std::uint32_t address, std::uint32_t size) {
    const auto bytes = machine_.memory().view(address, size);
    if (bytes.size() != size || file.stream == nullptr) return size;
    return size - static_cast<std::uint32_t>(std::fwrite(bytes.data(), 1, size, file.stream));
}

std::uint32_t Semihosting::length(File& file) {
    if (file.features) return sizeof feature_file;
    const auto at = std::ftell(file.stream);
    if (at < 0 || std::fseek(file.stream, 0, SEEK_END) != 0) return failed(errno);
    const auto end = std::ftell(file.stream);
    std::fseek(file.stream, at, SEEK_SET);
    return static_cast<std::uint32_t>(end);
}

std::uint32_t Semihosting::command_line(std::uint32_t argument) {
    const auto& line = options_.command_line;
    const auto into = machine_.memory().view(word(argument), word(argument + 4));
    if (into.size() < line.size() + 1) return failed(E2BIG);
    std::copy(line.begin(), line.end(), into.begin());
    into[line.size()] = 0;
    set_word(argument + 4, static_cast<std::uint32_t>(line.size()));
    return 0;
}

std::uint32_t Semihosting::heap_info(std::uint32_t argument) {
    const auto block = word(argument);
    set_word(block, options_.heap_base);
    set_word(block + 4, options_.heap_limit);
    set_word(block + 8, options_.heap_limit); // the stack grows down from here
    set_word(block + 12, options_.heap_base);
    return 0;
}

void Semihosting::exit(std::uint32_t reason, std::uint32_t status) {
    exit_status_ = reason == application_exit ? static_cast<int>(status & 0xFF) : 1;
    machine_.stop();
}

std::uint32_t Semihosting::word(std::uint32_t address) {
    std::uint32_t value = 0;
    machine_.memory().load(address, 4, value);
    return value;
}

void Semihosting::set_word(std::uint32_t address, std::uint32_t value) { machine_.memory().store(address, 4, value); }

std::string Semihosting::text(std::uint32_t address, std::uint32_t size) {
    std::string text;
    for (std::uint32_t byte = 0; text.size() < std::min(size, longest_text); text += static_cast<char>(byte)) {
        if (!machine_.memory().load(address + static_cast<std::uint32_t>(text.size()), 1, byte) || byte == 0) break;
    }
    return text;
}

Semihosting::File* Semihosting::file(std::uint32_t handle) {
    if (handle >= files_.size()) return nullptr;
    auto& file = files_[handle];
    return file.stream != nullptr || file.features ? &file : nullptr;
}

std::uint32_t Semihosting::failed(int error) {
    errno_ = error;
    return minus_one;
}

} // namespace p4jit::machine
