#include "p4jit/jit/state.hpp"

#include "p4jit/base/file.hpp"
#include "p4jit/base/sha256.hpp"
#include "p4jit/jit/console.hpp"
#include "p4jit/session/find.hpp"
#include "p4jit/toolchain/find.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>

namespace p4jit::jit {

namespace {

std::string hexadecimal(ByteView bytes) {
    std::string text;
    for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
    return text;
}

session::SessionOptions session_options(const DeviceOptions& options) {
    session::SessionOptions result;
    result.interrupted = options.interrupted;
    result.log = options.log;
    result.console = options.console;
    result.only_v1 = options.protocol == 1;
    result.token = options.token;
    result.unsafe = options.unsafe;
    return result;
}

} // namespace

DeviceState::DeviceState(DeviceOptions options) : options_(std::move(options)) {
    if (!options_.console) options_.console = stdout_console();
    if (const char* port = std::getenv("P4JIT_PORT"); port != nullptr && options_.port.empty()) options_.port = port;
    if (const char* token = std::getenv("P4JIT_TOKEN"); token != nullptr && options_.token.empty())
        options_.token = token;
    if (!options_.firmware_elf.empty())
        firmware_ = elf::Object::parse(read_file(options_.firmware_elf), options_.firmware_elf.string());
    open();
}

std::shared_ptr<DeviceState> DeviceState::without_device(DeviceOptions options) {
    std::shared_ptr<DeviceState> state(new DeviceState());
    state->options_ = std::move(options);
    const auto& elf = state->options_.firmware_elf;
    state->firmware_ = elf.empty() ? board::built_in_firmware() : elf::Object::parse(read_file(elf), elf.string());
    state->revision_ = state->options_.revision.value_or(isa::ChipRevision{});
    return state;
}

void DeviceState::open() {
    session_ = reach_board();
    if (!session_) return open_virtual();
    if (const auto& elf = options_.board_firmware_elf; !firmware_ && !elf.empty())
        firmware_ = elf::Object::parse(read_file(elf), elf.string());
    address_ = options_.port.empty() ? session_->name() : options_.port;
    port_ = transport::port_at(address_, transport::ports());
    options_.log(LogLevel::info, "using the ESP32-P4 at {}", session_->name());
    match_firmware();
    match_chip();
}

/// The board that was asked for, or one that is there; nothing: the virtual one.
std::unique_ptr<session::Session> DeviceState::reach_board() {
    if (options_.port == "virtual") return nullptr;
    if (!options_.port.empty()) return session::connect(options_.port, session_options(options_));
    try {
        return session::find_device(session_options(options_));
    } catch (const ConnectError& error) {
        options_.log(LogLevel::debug, "no board: {}", error.what());
        return nullptr;
    }
}

/// The device says which firmware it runs: symbols of another one would make
/// kernels jump anywhere. Ours for the virtual board by the build ID in its ELF
/// file; one made by ESP-IDF by the SHA-256 of that file.
void DeviceState::match_firmware() {
    if (!session_->speaks_v2()) return;
    const auto& build = session_->device()->build;
    const auto is_build = [&build](ByteView id) {
        return id.size() >= std::size(build) && std::equal(std::begin(build), std::end(build), id.begin());
    };
    if (!firmware_) {
        if (is_build(board::built_in_firmware().build_id())) firmware_ = board::built_in_firmware();
        return;
    }
    const auto& file = options_.firmware_elf;
    if (!is_build(firmware_->build_id()) && (file.empty() || !is_build(sha256(read_file(file)))))
        throw BadObject(
            fmt::format("{} is not the firmware that runs on {}: neither the file's build ID ({}) nor its "
                        "SHA-256 is the device's ({}). Flash it, or name the ELF of the firmware that is there",
                        firmware_->name(), session_->name(),
                        firmware_->build_id().empty() ? "none" : hexadecimal(firmware_->build_id()),
                        hexadecimal(build)));
}

/// Most words of one family of chips are other instructions to the other, and
/// do not trap: what the chip says counts.
void DeviceState::match_chip() {
    const auto* device = session_->device();
    if (device == nullptr) { // it cannot tell
        revision_ = options_.revision.value_or(isa::ChipRevision{});
        return;
    }
    const isa::ChipRevision told{device->revision / 100, device->revision % 100};
    revision_ = options_.revision.value_or(told);
    if (revision_.is_v3() != told.is_v3())
        throw UsageError(
            fmt::format("{} is an ESP32-P4 of revisions {}, not of revision {}: leave the revision out, or "
                        "say what it is",
                        session_->name(), told.family(), revision_.text()));
}

void DeviceState::open_virtual() {
    revision_ = options_.revision.value_or(isa::ChipRevision{});
    is_virtual_ = true;
    session_ = std::make_unique<session::Session>(virtual_board(), session_options(options_));
    options_.log(LogLevel::info, "no board given: using the virtual ESP32-P4");
}

std::unique_ptr<transport::Pipe> DeviceState::virtual_board() {
    auto board = std::make_unique<board::VirtualBoard>(
        board::BoardOptions{.revision = revision_, .firmware = firmware_, .console = options_.console});
    firmware_ = board->firmware();
    return board;
}

const toolchain::Compiler& DeviceState::compiler() {
    const std::lock_guard lock(mutex_);
    if (!compiler_) {
        auto environment = toolchain::Environment::current();
        if (environment.get("P4JIT_TOOLCHAIN").empty()) environment.set("P4JIT_TOOLCHAIN", options_.toolchain);
        const auto cache = toolchain::Cache::of_user(environment);
        if (!cache.why_off().empty())
            options_.log(LogLevel::warning, "compiled objects are not kept: {}", cache.why_off());
        auto found = toolchain::find(environment, cache, Deadline::never(options_.interrupted));
        compiler_.emplace(std::move(found), environment, cache, options_.log);
    }
    return *compiler_;
}

const std::vector<elf::Archive>& DeviceState::archives() {
    const auto& toolchain = compiler().toolchain();
    const std::lock_guard lock(mutex_);
    if (!archives_) {
        archives_.emplace();
        for (const auto& path : {toolchain.libgcc, toolchain.libm, toolchain.libc})
            if (!path.empty()) archives_->push_back(elf::Archive::parse(read_file(path), path.string()));
    }
    return *archives_;
}

Memory DeviceState::allocate(std::size_t size, std::uint32_t memory_caps, std::uint32_t alignment) {
    // Whole cache lines. Our firmware sees to that itself, the original's does not.
    constexpr std::size_t line = wire::v2::limit::ALIGNMENT;
    auto taken = std::max<std::size_t>(size, 1);
    if (taken > std::numeric_limits<std::uint32_t>::max() - line)
        throw OutOfMemory(fmt::format("{} bytes are more than any device has", size));
    if (!session_->speaks_v2()) {
        taken = align_up(taken, line);
        alignment = std::max<std::uint32_t>(alignment, line);
    }
    const auto block = session_->allocate(static_cast<std::uint32_t>(taken), memory_caps, alignment);
    return Memory(std::make_shared<Memory::Block>(shared_from_this(), block.address, static_cast<std::uint32_t>(size)));
}

Memory DeviceState::borrow(std::uint32_t address, std::size_t size) {
    auto block = std::make_shared<Memory::Block>(shared_from_this(), address, static_cast<std::uint32_t>(size));
    block->is_owned = false;
    return Memory(std::move(block));
}

std::uint64_t DeviceState::cpu_hz() const {
    const auto* device = session_->device();
    return device != nullptr ? device->clock : machine::MachineOptions{}.cpu_hz;
}

void DeviceState::remember(const std::shared_ptr<ModuleState>& module) {
    const std::lock_guard lock(mutex_);
    std::erase_if(modules_, [](const auto& known) { return known.expired(); });
    modules_.push_back(module);
}

std::vector<std::shared_ptr<const ModuleState>> DeviceState::modules() {
    const std::lock_guard lock(mutex_);
    std::vector<std::shared_ptr<const ModuleState>> alive;
    for (const auto& known : modules_)
        if (auto module = known.lock()) alive.push_back(std::move(module));
    return alive;
}

const dwarf::LineTable* DeviceState::firmware_lines() {
    const std::lock_guard lock(mutex_);
    if (!firmware_lines_ && firmware_ && dwarf::has_debug_info(*firmware_))
        firmware_lines_.emplace(dwarf::LineTable::read(*firmware_));
    return firmware_lines_ ? &*firmware_lines_ : nullptr;
}

} // namespace p4jit::jit

namespace p4jit {

Device::Device(DeviceOptions options) : state_(std::make_shared<jit::DeviceState>(std::move(options))) {}

Memory Device::allocate(std::size_t size, std::uint32_t memory_caps, std::uint32_t alignment) {
    return state_->allocate(size, memory_caps, alignment);
}

void Device::read(std::uint32_t address, MutableBytes into) { state_->session().read(address, into); }
void Device::write(std::uint32_t address, ByteView bytes) { state_->session().write(address, bytes); }

std::uint32_t Device::execute(std::uint32_t address, std::optional<std::chrono::nanoseconds> timeout) {
    return state_->session().execute(address, timeout);
}
void Device::ping(ByteView bytes) { state_->session().ping(bytes); }
void Device::close() { state_->session().close(); }

HeapStats Device::heap_stats() { return state_->heap_stats(); }
Reconnected Device::reconnect(std::chrono::nanoseconds patience) { return state_->reconnect(patience); }

std::string Device::name() const { return state_->session().name(); }
isa::ChipRevision Device::revision() const { return state_->revision(); }
bool Device::is_virtual() const { return state_->is_virtual(); }

} // namespace p4jit
