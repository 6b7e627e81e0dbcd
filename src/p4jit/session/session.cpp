#include "p4jit/session/session.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::session {

using namespace std::chrono_literals;
using wire::Command;
using wire::ErrorCode;

namespace {

std::size_t chunk(std::size_t asked, bool serial, std::size_t on_serial, std::size_t most) {
    if (asked == 0) asked = serial ? on_serial : most;
    return std::min(asked, most);
}

SessionOptions completed(SessionOptions options, bool serial) {
    options.write_chunk = chunk(options.write_chunk, serial, 8 * 1024, wire::max_write);
    options.read_chunk = chunk(options.read_chunk, serial, 64 * 1024, wire::max_read);
    options.slowest_line = std::max(options.slowest_line, std::size_t{1});
    return options;
}

std::string seconds(SessionOptions::Duration duration) {
    return fmt::format("{:.3g} s", std::chrono::duration<double>(duration).count());
}

} // namespace

Session::Session(std::unique_ptr<transport::Pipe> pipe, SessionOptions options)
    : options_(completed(std::move(options), pipe->is_serial())), link_(std::move(pipe), options_.log) {}

Session::~Session() {
    options_.interrupted = {};
    options_.recovery = std::min<SessionOptions::Duration>(options_.recovery, 500ms);
    if (dialog_) {
        end(Deadline::after(options_.recovery));
        return;
    }
    try {
        for (const auto& block : allocations_.all()) free_if_there(block.address);
    } catch (const std::exception& error) {
        // Nobody is left who could be told in another way.
        options_.log(LogLevel::debug, "blocks on {} were not freed: {}", name(), error.what());
    }
}

void Session::free_if_there(std::uint32_t address) {
    try {
        free(address);
    } catch (const AccessDenied&) {
        // The device does not have it any more.
    }
}

bool Session::hello(SessionOptions::Duration patience) {
    const auto guard = lock();
    if (is_closed_) return false;
    return protocol_ == Protocol::unknown ? meet(patience) : dialog_ || link_.synchronise(within(patience));
}

void Session::ping(ByteView bytes) {
    const auto guard = lock();
    get_in_step();
    if (dialog_) return dialog_->check(within(options_.recovery));
    const auto echo = ask(Command::PING, {bytes}, bytes.size());
    if (!std::ranges::equal(echo, bytes)) throw ProtocolError(fmt::format("{} did not echo a PING", name()));
}

Block Session::allocate(std::uint32_t size, std::uint32_t caps, std::uint32_t alignment) {
    const auto guard = lock();
    Block block{0, size, caps, alignment};
    block.address = allocate_block(block);
    if (block.address == 0 || (alignment != 0 && block.address % alignment != 0))
        throw ProtocolError(
            fmt::format("{} handed out 0x{:08X} for a block at a multiple of {}", name(), block.address, alignment));
    if (!allocations_.add(block))
        throw ProtocolError(fmt::format("{} handed out {} bytes at 0x{:08X}, which overlap another block", name(), size,
                                        block.address));
    return block;
}

std::uint32_t Session::allocate_block(const Block& block) {
    get_in_step();
    if (dialog_) return allocate_v2(block);
    const wire::AllocRequest request{block.size, block.caps, block.alignment};
    const auto answer = ask_for<wire::AllocAnswer>(Command::ALLOC, {wire::payload(request)});
    if (answer.address == 0 || answer.status != ErrorCode::NONE) out_of_memory(block, answer.status);
    return answer.address;
}

void Session::free(std::uint32_t address) {
    const auto guard = lock();
    if (is_closed_) return; // it went with the session
    if (!allocations_.at(address))
        throw UsageError(fmt::format("Address 0x{:08X} not tracked in allocation table", address));
    get_in_step();
    free_now(address);
}

void Session::free_soon(std::uint32_t address) {
    {
        const std::lock_guard guard(aside_mutex_);
        aside_.push_back(address);
    }
    if (const auto turn = try_lock(); turn && !is_closed_) get_in_step();
}

void Session::free_put_aside() {
    for (;;) {
        std::uint32_t address = 0;
        {
            const std::lock_guard guard(aside_mutex_);
            if (aside_.empty()) return;
            address = aside_.back();
            aside_.pop_back();
        }
        if (allocations_.at(address)) free_now(address);
    }
}

void Session::free_now(std::uint32_t address) {
    // Whatever comes back, it is never freed twice: that reboots the original.
    allocations_.remove(address);
    if (dialog_) return free_v2(address);
    const wire::FreeRequest request{address};
    ask_for<wire::FreeAnswer>(Command::FREE, {wire::payload(request)});
}

void Session::write(std::uint32_t address, ByteView bytes, const Moved& moved) {
    const auto guard = lock();
    if (!allocations_.containing(address, bytes.size())) {
        check_outside(fmt::format("Write to 0x{:08X} out of bounds", address), address, bytes.size());
        return write_outside(address, bytes);
    }
    if (bytes.empty()) return;
    get_in_step();
    if (dialog_) return write_v2(address, bytes, moved);
    while (!bytes.empty()) {
        const auto piece = bytes.first(std::min(bytes.size(), options_.write_chunk));
        const wire::WriteRequest request{address};
        const auto answer = ask_for<wire::WriteAnswer>(Command::WRITE_MEM, {wire::payload(request), piece});
        if (answer.written != piece.size())
            throw ProtocolError(
                fmt::format("{} wrote {} of {} bytes at 0x{:08X}", name(), answer.written, piece.size(), address));
        if (moved) moved(piece.size());
        bytes = bytes.subspan(piece.size());
        address += static_cast<std::uint32_t>(piece.size());
    }
}

void Session::read(std::uint32_t address, MutableBytes into, const Moved& moved) {
    const auto guard = lock();
    if (!allocations_.containing(address, into.size())) {
        check_outside(fmt::format("Read from 0x{:08X} out of bounds", address), address, into.size());
        return read_outside(address, into);
    }
    if (into.empty()) return;
    get_in_step();
    if (dialog_) return read_v2(address, into, moved);
    while (!into.empty()) {
        const auto size = static_cast<std::uint32_t>(std::min(into.size(), options_.read_chunk));
        const wire::ReadRequest request{address, size};
        const auto piece = ask(Command::READ_MEM, {wire::payload(request)}, size);
        if (piece.size() != size)
            throw ProtocolError(fmt::format("{} sent {} of {} bytes at 0x{:08X}", name(), piece.size(), size, address));
        std::ranges::copy(piece, into.begin());
        if (moved) moved(piece.size());
        into = into.subspan(size);
        address += size;
    }
}

void Session::check_entry(std::uint32_t address) {
    if (allocations_.containing(address, 1)) return;
    check_outside(fmt::format("Execute at 0x{:08X} not in valid region", address), address, 1);
}

/// A range that is no block of ours: only for sessions that take the risk, and
/// with a device that knows of such.
void Session::check_outside(const std::string& what, std::uint32_t address, std::size_t size) {
    check_open();
    const auto denied = [&](std::string_view why) {
        return AccessDenied(fmt::format("Segmentation Fault: {}{}{}", what, outside(address, size), why));
    };
    const bool overruns = allocations_.containing(address, 0) != nullptr;
    if (!options_.unsafe) throw denied(overruns ? "" : ". Open the device with unsafe=True to reach other memory");
    if (size > (std::uint64_t{1} << 32) - address) throw denied(". Addresses have 32 bits");
    get_in_step();
    if (!dialog_) throw denied(". With protocol v1 nothing else can be reached, with unsafe=True neither");
}

std::uint32_t Session::execute(std::uint32_t address, std::optional<SessionOptions::Duration> timeout) {
    const auto guard = lock();
    check_entry(address);
    get_in_step();
    if (dialog_) return execute_v2(address, timeout);
    ++round_trips_;
    const wire::ExecRequest request{address};
    Answer answer;
    try {
        answer = link_.ask(Command::EXEC, {wire::payload(request)},
                           timeout ? within(*timeout) : Deadline::never(options_.interrupted));
    } catch (const Interrupted&) {
        throw Interrupted("interrupted: " + stop(address));
    } catch (const Timeout&) {
        const auto after = timeout ? fmt::format(" after {}", seconds(*timeout)) : std::string();
        throw Timeout(fmt::format("no result{}: {}", after, stop(address)));
    }
    if (answer.refused == ErrorCode::FAULT || answer.refused == ErrorCode::STOPPED)
        throw DeviceFault(fmt::format("the function at 0x{:08X}: {}", address, wire::meaning(*answer.refused)));
    if (answer.refused) refused(Command::EXEC, *answer.refused);
    const auto result = wire::parse<wire::ExecAnswer>(answer.payload);
    if (!result) throw ProtocolError(fmt::format("{} gave EXEC no result", name()));
    return result->result;
}

/// Our firmware stops a running function when bytes arrive; the original's
/// finishes it first. Tells what became of it.
std::string Session::stop(std::uint32_t address) {
    const auto function = fmt::format("the function at 0x{:08X}", address);
    if (link_.synchronise(Deadline::after(options_.stop))) return function + " no longer runs; the device is fine";
    return function + " is still running, its firmware cannot stop it; the next request waits for it";
}

wire::HeapInfo Session::heap_info() {
    const auto guard = lock();
    get_in_step();
    return dialog_ ? heap_v2().first : ask_for<wire::HeapInfo>(Command::HEAP_INFO, {});
}

wire::HeapCheck Session::heap_check() {
    const auto guard = lock();
    get_in_step();
    return dialog_ ? heap_v2().second : ask_for<wire::HeapCheck>(Command::HEAP_CHECK, {});
}

std::vector<Block> Session::blocks() const {
    const auto guard = lock();
    return allocations_.all();
}

/// Why a range is refused.
std::string Session::outside(std::uint32_t address, std::size_t size) const {
    const auto* block = allocations_.containing(address, 0);
    if (!block) return fmt::format(": {} bytes, and no block of this session is there", size);
    return fmt::format(": {} bytes, and the block at 0x{:08X} has {}", size, block->address, block->size);
}

Session::Turn::Turn(const Session& session, std::unique_lock<std::timed_mutex> guard)
    : session_(&session), guard_(std::move(guard)) {
    session_->speaker_ = std::this_thread::get_id();
}

Session::Turn::~Turn() {
    if (guard_.owns_lock()) session_->speaker_ = std::thread::id();
}

void Session::check_not_in_callback() const {
    if (speaker_ == std::this_thread::get_id())
        throw UsageError(fmt::format("{} is in the middle of a request that this callback is part of: a function that "
                                     "gets console text or progress must not use the device",
                                     name()));
}

Session::Turn Session::lock() const {
    check_not_in_callback();
    const auto deadline = Deadline::never(options_.interrupted);
    std::unique_lock guard(mutex_, std::defer_lock);
    while (!guard.try_lock_for(deadline.slice())) {
    }
    return {*this, std::move(guard)};
}

Session::Turn Session::try_lock() const {
    if (speaker_ == std::this_thread::get_id()) return {};
    std::unique_lock guard(mutex_, std::try_to_lock);
    return guard.owns_lock() ? Turn(*this, std::move(guard)) : Turn();
}

Deadline Session::within(SessionOptions::Duration duration) const {
    return Deadline::after(duration, options_.interrupted);
}

Deadline Session::within_time_for(std::size_t bytes) const {
    return within(options_.timeout +
                  std::chrono::microseconds(bytes * std::uint64_t{1'000'000} / options_.slowest_line));
}

void Session::check_open() const {
    if (is_closed_) throw ConnectionLost(fmt::format("Device not connected: {} was closed", name()));
}

void Session::get_in_step() {
    check_open();
    if (!dialog_) reach();
    free_put_aside();
}

void Session::reach() {
    const bool there =
        protocol_ == Protocol::unknown ? meet(options_.recovery) : link_.synchronise(within(options_.recovery));
    if (there) return;
    throw ConnectionLost(fmt::format("{} has not answered for {}. If a function still runs on it, wait or reset the "
                                     "board, then try again",
                                     name(), seconds(options_.recovery)));
}

/// A request and the payload of its answer, which is about answer_size long.
Bytes Session::ask(Command command, std::initializer_list<ByteView> payload, std::size_t answer_size) {
    get_in_step();
    ++round_trips_;
    auto size = answer_size;
    for (const auto part : payload) size += part.size();
    auto answer = link_.ask(command, payload, within_time_for(size));
    if (answer.refused) refused(command, *answer.refused);
    return std::move(answer.payload);
}

template <wire::Message Result>
Result Session::ask_for(Command command, std::initializer_list<ByteView> payload) {
    const auto answer = ask(command, payload);
    const auto result = wire::parse<Result>(answer);
    if (!result)
        throw ProtocolError(
            fmt::format("{} answered {} with {} bytes, which are too few", name(), wire::name(command), answer.size()));
    return *result;
}

/// Finds out which protocol the device speaks; false: nobody answers.
bool Session::meet(SessionOptions::Duration patience) {
    const auto deadline = within(patience);
    if (options_.only_v1) {
        if (!link_.synchronise(deadline)) return false;
        protocol_ = Protocol::v1;
        return true;
    }
    auto greeting = greet(link_.pipe(), options_.log, deadline);
    if (greeting.protocol == Protocol::unknown) return false;
    if (greeting.protocol == Protocol::v2) begin_v2(greeting);
    protocol_ = greeting.protocol;
    return dialog_ || link_.synchronise(within(options_.recovery));
}

void Session::refused(Command command, ErrorCode code) const {
    const auto what = fmt::format("{} refused {}: {}", name(), wire::name(command), wire::meaning(code));
    switch (code) {
    case ErrorCode::CHECKSUM: throw ProtocolError(what + ", three times in a row; is the cable or a hub at fault?");
    case ErrorCode::UNKNOWN_COMMAND: throw DeviceError(what + "; its firmware may be older than this program");
    case ErrorCode::ALLOC_FAIL: throw OutOfMemory(what);
    case ErrorCode::NOT_OWNED: throw AccessDenied(what);
    case ErrorCode::FAULT:
    case ErrorCode::STOPPED: throw DeviceFault(what);
    default: throw DeviceError(what);
    }
}

/// "100 bytes of PSRAM, 50 in one piece; 20 internal, 10 in one piece"; devices of v1 do not know the pieces.
std::string Session::free_memory() {
    if (!dialog_) {
        const auto info = ask_for<wire::HeapInfo>(Command::HEAP_INFO, {});
        return fmt::format("{} bytes of PSRAM, {} internal", info.free_spiram, info.free_internal);
    }
    const auto& [info, check] = heap_v2();
    return fmt::format("{} bytes of PSRAM, {} in one piece; {} internal, {} in one piece", info.free_spiram,
                       check.largest_spiram, info.free_internal, check.largest_internal);
}

void Session::out_of_memory(const Block& block, ErrorCode code) {
    std::string free = "unknown";
    try {
        free = free_memory();
    } catch (const Interrupted&) {
        throw;
    } catch (const Error&) {
        // The failed allocation is the news.
    }
    throw OutOfMemory(fmt::format("Allocation failed on device. Error: {}\n"
                                  "  asked for {} bytes with caps {:#x} {}, alignment {}\n"
                                  "  free: {}\n"
                                  "  Free what is no longer needed, or ask for less.",
                                  static_cast<std::uint32_t>(code), block.size, block.caps, describe_caps(block.caps),
                                  block.alignment, free));
}

} // namespace p4jit::session
