// A session that speaks protocol v2.
#include "p4jit/session/session.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/transport/program.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::session {

using namespace std::chrono_literals;
using wire::v2::Message;
using wire::v2::Outcome;
using wire::v2::Refusal;

namespace {

std::uint32_t milliseconds(SessionOptions::Duration duration) {
    const auto count = std::chrono::ceil<std::chrono::milliseconds>(duration).count();
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(count, 1, UINT32_MAX));
}

} // namespace

void Session::begin_v2(const Greeting& greeting) {
    DialogOptions options{.name = options_.client.empty() ? transport::this_program() : options_.client,
                          .lease = options_.lease,
                          .patience = options_.patience,
                          .recovery = options_.recovery,
                          .slowest_line = options_.slowest_line,
                          .unsafe = options_.unsafe,
                          .console = options_.console,
                          .log = options_.log};
    dialog_.emplace(link_.pipe(), greeting.hello, std::move(options));
    const bool shared = link_.pipe().is_shared();
    try {
        dialog_->open(!shared, for_ever());
    } catch (...) {
        dialog_.reset();
        throw;
    }
    options_.log(LogLevel::debug, "{} is {} (chip revision {}.{}, {} MHz), protocol v{}", name(), greeting.device,
                 greeting.hello.revision / 100, greeting.hello.revision % 100, greeting.hello.clock / 1'000'000,
                 greeting.hello.version);
    if (shared) alive_ = std::jthread([this](const std::stop_token& stop) { stay_alive(stop); });
}

void Session::end(const Deadline& deadline) {
    alive_ = {};
    try {
        dialog_->close(deadline);
    } catch (const std::exception& error) {
        // Nobody is left who could be told in another way; the device frees
        // the memory when the next one comes.
        options_.log(LogLevel::debug, "the session with {} was not closed: {}", name(), error.what());
    }
}

/// While nothing else is said: tells the device that we are there.
void Session::stay_alive(const std::stop_token& stop) {
    std::mutex mutex;
    std::unique_lock sleeping(mutex);
    while (!ending_.wait_for(sleeping, stop, options_.lease / 4, [&] { return stop.stop_requested(); })) {
        const auto turn = try_lock();
        if (stop.stop_requested()) return;
        if (!turn) continue; // who has it speaks with the device
        try {
            dialog_->keep_alive(Deadline::after(options_.recovery));
        } catch (const std::exception&) {
            return; // the next request will tell
        }
    }
}

bool Session::speaks_v2() {
    const auto guard = lock();
    get_in_step();
    return dialog_.has_value();
}

std::uint64_t Session::round_trips() const { return round_trips_ + (dialog_ ? dialog_->round_trips() : 0); }

Bytes Session::ask(Message message, std::initializer_list<ByteView> payload) {
    auto answer = dialog_->ask(message, payload, for_ever());
    if (answer.refused) refused(message, *answer.refused);
    return std::move(answer.payload);
}

std::uint32_t Session::allocate_v2(const Block& block) {
    const wire::v2::AllocRequest request{block.size, block.caps, block.alignment};
    const auto answer = dialog_->ask(Message::ALLOC, {wire::v2::payload(request)}, for_ever());
    if (answer.refused == Refusal::NO_MEMORY) out_of_memory(block, wire::ErrorCode::ALLOC_FAIL);
    if (answer.refused) refused(Message::ALLOC, *answer.refused);
    const auto allocated = wire::v2::parse<wire::v2::AllocAnswer>(answer.payload);
    if (!allocated) throw ProtocolError(fmt::format("{} answered ALLOC without an address", name()));
    return allocated->address;
}

void Session::free_v2(std::uint32_t address) {
    const wire::v2::FreeRequest request{address};
    ask(Message::FREE, {wire::v2::payload(request)});
}

void Session::write_v2(std::uint32_t address, ByteView bytes, const Moved& moved) {
    if (const auto refusal = dialog_->write(address, bytes, for_ever(), moved)) refused(Message::WRITE, *refusal);
}

void Session::read_v2(std::uint32_t address, MutableBytes into, const Moved& moved) {
    if (const auto refusal = dialog_->read(address, into, for_ever(), moved)) refused(Message::READ, *refusal);
}

// Memory outside of blocks: short requests one after the other, so that each
// register is accessed once.

void Session::write_outside(std::uint32_t address, ByteView bytes) {
    while (!bytes.empty()) {
        const auto piece = bytes.first(std::min<std::size_t>(bytes.size(), wire::v2::limit::OUTSIDE));
        const wire::v2::WriteRequest request{address};
        ask(Message::WRITE, {wire::v2::payload(request), piece});
        bytes = bytes.subspan(piece.size());
        address += static_cast<std::uint32_t>(piece.size());
    }
}

void Session::read_outside(std::uint32_t address, MutableBytes into) {
    while (!into.empty()) {
        const auto size = static_cast<std::uint32_t>(std::min<std::size_t>(into.size(), wire::v2::limit::OUTSIDE));
        const wire::v2::ReadRequest request{address, size};
        const auto piece = ask(Message::READ, {wire::v2::payload(request)});
        if (piece.size() != size)
            throw ProtocolError(fmt::format("{} sent {} of {} bytes at 0x{:08X}", name(), piece.size(), size, address));
        std::ranges::copy(piece, into.begin());
        into = into.subspan(size);
        address += size;
    }
}

std::pair<wire::HeapInfo, wire::HeapCheck> Session::heap_v2() {
    const auto payload = ask(Message::HEAP, {});
    const auto heap = wire::v2::parse<wire::v2::HeapAnswer>(payload);
    if (!heap) throw ProtocolError(fmt::format("{} answered HEAP with {} bytes", name(), payload.size()));
    return {{heap->free_spiram, heap->total_spiram, heap->free_internal, heap->total_internal},
            {heap->damaged, heap->blocks, heap->largest_spiram, heap->largest_internal}};
}

// Calls.

Called Session::call(std::span<const wire::v2::Call> calls, std::optional<SessionOptions::Duration> timeout) {
    const auto guard = lock();
    for (const auto& call : calls) check_entry(call.entry);
    get_in_step();
    if (!dialog_) throw UsageError(fmt::format("{} speaks protocol v1, which has no CALL", name()));
    return run(calls, timeout);
}

Called Session::run(std::span<const wire::v2::Call> calls, std::optional<SessionOptions::Duration> timeout) {
    const auto payload = wire::v2::encode_calls(calls);
    Called called;
    Answered answer;
    try {
        answer = dialog_->ask(Message::CALL, {payload}, timeout ? within(*timeout) : for_ever());
    } catch (const Interrupted&) {
        called.cut_short = ErrorKind::Interrupted;
        answer = stopped_call("interrupted", ErrorKind::Interrupted);
    } catch (const Timeout&) {
        called.cut_short = ErrorKind::Timeout;
        answer = stopped_call("no result in time", ErrorKind::Timeout);
    }
    if (answer.refused) refused(Message::CALL, *answer.refused);
    called.payload = std::move(answer.payload);
    auto answers = wire::v2::parse_calls(calls, called.payload);
    if (!answers)
        throw ProtocolError(fmt::format("{} answered a call with {} bytes that make no sense; a function may have "
                                        "written over its own arguments",
                                        name(), called.payload.size()));
    called.answers = std::move(*answers);
    return called;
}

/// Has the device stop the call whose answer was not waited for.
Answered Session::stopped_call(const std::string& why, ErrorKind kind) {
    const auto patience = std::max<SessionOptions::Duration>({options_.stop, options_.recovery, 2s});
    if (auto answer = dialog_->cancel(Deadline::after(patience))) return std::move(*answer);
    const auto message = why + ": the device does not say whether the function still runs; the next request asks again";
    if (kind == ErrorKind::Interrupted) throw Interrupted(message);
    throw Timeout(message);
}

std::uint32_t Session::execute_v2(std::uint32_t address, std::optional<SessionOptions::Duration> timeout) {
    wire::v2::Call call;
    call.entry = address;
    if (timeout) call.limit_ms = milliseconds(*timeout);
    const auto called = run({&call, 1}, timeout);
    const auto function = fmt::format("the function at 0x{:08X}", address);
    switch (const auto& answer = called.answers.at(0); answer.outcome) {
    case Outcome::RETURNED: return answer.result;
    case Outcome::FAULTED: throw DeviceFault(fmt::format("{}: {}", function, wire::meaning(wire::ErrorCode::FAULT)));
    case Outcome::STUCK:
        throw DeviceError(function + " cannot be stopped: it runs with interrupts disabled. Reset the board");
    default: break;
    }
    const auto stopped = function + " no longer runs; the device is fine";
    if (called.cut_short == ErrorKind::Interrupted) throw Interrupted("interrupted: " + stopped);
    throw Timeout("no result in time: " + stopped);
}

void Session::refused(Message message, Refusal refusal) const {
    const auto what = fmt::format("{} refused {}: {}", name(), wire::v2::name(message), wire::v2::meaning(refusal));
    switch (refusal) {
    case Refusal::NO_MEMORY: throw OutOfMemory(what);
    case Refusal::NOT_OWNED:
    case Refusal::UNREACHABLE: throw AccessDenied(what);
    case Refusal::NO_SESSION: throw ConnectionLost(what);
    default: throw DeviceError(what);
    }
}

} // namespace p4jit::session
