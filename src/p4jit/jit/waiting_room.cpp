#include "p4jit/jit/waiting_room.hpp"

#include "p4jit/base/error.hpp"

#include <algorithm>
#include <array>

namespace p4jit::jit {

using namespace std::chrono_literals;
using namespace wire::v2;

namespace {

/// A program opens its session with its first words, or speaks v1.
constexpr std::size_t first_words = 4096;
constexpr std::size_t most_guests = 16;

/// How long a client may take to say something that a board understands.
constexpr auto introduction = 2s;

} // namespace

void Tenant::sends(ByteView bytes) {
    last_word_ = Clock::now();
    if (!listening_) return;
    listening_->v1.feed(bytes);
    using Result = wire::FrameParser::Result;
    wire::Frame v1;
    for (auto result = Result::damaged; is_stranger_ && result != Result::incomplete;) {
        result = listening_->v1.next(v1);
        if (result != Result::frame) continue;
        is_stranger_ = false;
        name_ = "one that speaks protocol v1";
    }
    listening_->v2.feed(bytes);
    for (Frame frame; listening_->v2.next(frame);) {
        const auto request = parse<OpenRequest>(frame.payload);
        if (frame.header.message != Message::OPEN || !request) continue;
        session_ = frame.header.session;
        lease_ = std::chrono::milliseconds(request->lease);
        name_ = text_behind<OpenRequest>(frame.payload);
        return listening_.reset();
    }
    heard_ += bytes.size();
    if (heard_ > first_words) listening_.reset();
}

std::chrono::milliseconds Tenant::silence() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - last_word_);
}

OpenAnswer Tenant::answer() const { return {session_, static_cast<std::uint32_t>(silence().count())}; }

bool Tenant::is_gone() const {
    if (lease_) return silence() > *lease_;
    return is_stranger_ && Clock::now() - came_ > introduction;
}

void WaitingRoom::enter(std::unique_ptr<transport::Pipe> client) {
    if (guests_.size() == most_guests) {
        const auto stranger = std::ranges::find(guests_, false, &Guest::speaks_v2);
        if (stranger == guests_.end()) return;
        guests_.erase(stranger);
    }
    guests_.emplace_back().client.pipe = std::move(client);
}

void WaitingRoom::look(const Tenant& tenant) {
    std::erase_if(guests_, [&](Guest& guest) { return !attend(guest, tenant); });
}

/// False: it has left.
bool WaitingRoom::attend(Guest& guest, const Tenant& tenant) {
    std::array<std::uint8_t, 1024> piece;
    // More than this waits in the line until it is its turn.
    if (guest.client.said.size() > first_words) return true;
    try {
        const auto count = guest.client.pipe->read(piece, Deadline::after(0ms));
        const auto bytes = ByteView(piece).first(count);
        guest.client.said.insert(guest.client.said.end(), bytes.begin(), bytes.end());
        guest.parser.feed(bytes);
        for (Frame frame; guest.parser.next(frame);) answer(guest, frame, tenant);
    } catch (const Error&) {
        return false;
    }
    // It says again what nobody answered.
    if (guest.speaks_v2) guest.client.said.clear();
    return true;
}

void WaitingRoom::answer(Guest& guest, const Frame& request, const Tenant& tenant) const {
    auto header = request.header;
    header.kind = Kind::ANSWER;
    Bytes frame;
    if (header.message == Message::HELLO) {
        frame = encode(header, {hello_.payload});
    } else if (header.message == Message::OPEN) {
        const auto owner = tenant.answer();
        frame = encode(header, {payload(owner), as_bytes(tenant.name())});
        guest.asks = true;
    } else {
        return;
    }
    guest.speaks_v2 = true;
    guest.client.pipe->write(frame, Deadline::after(1s));
}

bool WaitingRoom::is_wanted() const {
    return std::ranges::any_of(guests_, [](const Guest& guest) { return guest.asks; });
}

std::optional<WaitingRoom::Client> WaitingRoom::next() {
    if (guests_.empty()) return std::nullopt;
    auto first = std::ranges::find_if(guests_, &Guest::asks);
    if (first == guests_.end()) first = guests_.begin();
    auto client = std::move(first->client);
    guests_.erase(first);
    return client;
}

} // namespace p4jit::jit
