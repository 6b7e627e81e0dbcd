// Dialog::write and Dialog::read: many requests on their way at a time.
#include "p4jit/base/error.hpp"
#include "p4jit/session/dialog.hpp"

#include <algorithm>
#include <deque>

namespace p4jit::session {

using wire::v2::Frame;
using wire::v2::Header;
using wire::v2::Kind;
using wire::v2::Message;
using wire::v2::Refusal;

namespace {
constexpr std::size_t piece_size = 32 * 1024;
}

/// A long transfer in pieces. A number means the same piece for ever: a piece
/// of a READ whose answer got lost is asked for anew under a new number.
class Stream {
public:
    Stream(Dialog& dialog, std::uint32_t address, ByteView from, const Moved& moved)
        : dialog_(dialog),
          moved_(moved),
          message_(Message::WRITE),
          address_(address),
          from_(from),
          size_(from.size()) {}
    Stream(Dialog& dialog, std::uint32_t address, MutableBytes into, const Moved& moved)
        : dialog_(dialog), moved_(moved), message_(Message::READ), address_(address), into_(into), size_(into.size()) {}

    std::optional<Refusal> run(const Deadline& deadline) {
        if (size_ == 0) return std::nullopt;
        dialog_.settle(deadline);
        const auto most = std::min(piece_size, dialog_.hello_.payload - sizeof(wire::v2::WriteRequest));
        for (std::size_t at = 0; at < size_; at += most) to_send_.push_back({at, std::min(most, size_ - at)});
        ++dialog_.round_trips_;
        dialog_.begin_waiting(std::min<std::size_t>(size_, credit()));
        for (send(deadline); !sent_.empty(); send(deadline)) take(dialog_.arrive(deadline), deadline);
        dialog_.unsettled_.reset();
        return refused_;
    }

private:
    struct Piece {
        std::size_t at, size;
        std::uint32_t sequence = 0;
    };

    std::size_t credit() const { return std::min(dialog_.hello_.credit, wire::v2::limit::CREDIT); }

    void send(const Deadline& deadline) {
        while (!refused_ && !to_send_.empty() && (sent_.empty() || on_the_way_ + cost(to_send_.front()) <= credit())) {
            auto piece = to_send_.front();
            to_send_.pop_front();
            piece.sequence = ++dialog_.sequence_;
            sent_.push_back(piece);
            on_the_way_ += cost(piece);
            dialog_.unsettled_ = header(piece);
            dialog_.transmit(frame(piece), deadline);
        }
    }

    static std::size_t cost(const Piece& piece) { return piece.size + 2 * wire::v2::frame_overhead; }

    Header header(const Piece& piece) const { return {message_, Kind::REQUEST, dialog_.session_, piece.sequence}; }

    Bytes frame(const Piece& piece) const {
        const auto address = static_cast<std::uint32_t>(address_ + piece.at);
        if (message_ == Message::WRITE) {
            const wire::v2::WriteRequest request{address};
            return wire::v2::encode(header(piece), {wire::v2::payload(request), from_.subspan(piece.at, piece.size)});
        }
        const wire::v2::ReadRequest request{address, static_cast<std::uint32_t>(piece.size)};
        return wire::v2::encode(header(piece), {wire::v2::payload(request)});
    }

    void take(const Dialog::Arrival& arrival, const Deadline& deadline) {
        if (const auto* answer = std::get_if<Frame>(&arrival)) return take_answer(*answer);
        const auto* standing = std::get_if<wire::v2::PingAnswer>(&arrival);
        const auto* resend = std::get_if<Dialog::Resend>(&arrival);
        if (standing == nullptr && resend == nullptr) return;
        const auto answered = standing != nullptr ? standing->answered : resend->from - 1;
        settle_up_to(answered, deadline);
        if (sent_.empty() || sent_.front().sequence == answered) return;
        if (++dialog_.repairs_ > 40 + static_cast<int>(size_ / piece_size))
            throw ProtocolError(dialog_.pipe_.name() + ": the line loses too much; is the cable or a hub at fault?");
        for (const auto& piece : sent_) dialog_.transmit(frame(piece), deadline);
    }

    void take_answer(const Frame& answer) {
        if (answer.header.message != message_) return;
        const auto found = std::ranges::find(sent_, answer.header.sequence, &Piece::sequence);
        if (found == sent_.end()) return;
        const auto piece = *found;
        // Requests are carried out in order: the answers to those before are lost.
        while (sent_.front().sequence != piece.sequence) lose();
        const auto error = wire::v2::parse<wire::v2::ErrorAnswer>(answer.payload);
        const bool refused = answer.header.kind == Kind::ERROR && error;
        if (refused && error->refusal == Refusal::ANSWERED) return lose();
        pop();
        if (refused) {
            refused_ = error->refusal;
            to_send_.clear();
            return;
        }
        if (message_ == Message::READ) {
            if (answer.payload.size() != piece.size)
                throw ProtocolError(dialog_.pipe_.name() + " sent another number of bytes than it was asked for");
            std::ranges::copy(answer.payload, into_.begin() + static_cast<std::ptrdiff_t>(piece.at));
        }
        tell(piece);
    }

    void tell(const Piece& piece) const {
        if (moved_) moved_(piece.size);
    }

    /// The device has carried out everything up to here. The last answer of a
    /// WRITE may be a refusal, so it is asked for.
    void settle_up_to(std::uint32_t answered, const Deadline& deadline) {
        while (!sent_.empty() && static_cast<std::int32_t>(answered - sent_.front().sequence) >= 0) {
            const bool last = sent_.front().sequence == answered;
            if (last && message_ == Message::WRITE && sent_.size() == 1) return dialog_.repeat(answered, deadline);
            lose();
        }
    }

    /// The first piece was carried out, but its answer got lost.
    void lose() {
        if (message_ == Message::READ && !refused_) to_send_.push_back({sent_.front().at, sent_.front().size});
        if (message_ == Message::WRITE) tell(sent_.front());
        pop();
    }

    void pop() {
        on_the_way_ -= cost(sent_.front());
        sent_.pop_front();
    }

    Dialog& dialog_;
    const Moved& moved_;
    Message message_;
    std::uint32_t address_;
    ByteView from_;
    MutableBytes into_;
    std::size_t size_;
    std::deque<Piece> to_send_, sent_;
    std::size_t on_the_way_ = 0;
    std::optional<Refusal> refused_;
};

std::optional<Refusal> Dialog::write(std::uint32_t address, ByteView bytes, const Deadline& deadline,
                                     const Moved& moved) {
    return Stream(*this, address, bytes, moved).run(deadline);
}

std::optional<Refusal> Dialog::read(std::uint32_t address, MutableBytes into, const Deadline& deadline,
                                    const Moved& moved) {
    return Stream(*this, address, into, moved).run(deadline);
}

} // namespace p4jit::session
