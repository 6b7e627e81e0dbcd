// Who connects to a served board while another program has it: they are told
// whose it is, in the board's words, and come in when it is free.
//
// A client of protocol v2 gets answers to HELLO and OPEN from here. One of v1
// cannot be told anything; what it sends waits, as it always did.
#pragma once

#include "p4jit/transport/pipe.hpp"
#include "p4jit/wire/frame.hpp"
#include "p4jit/wire/v2.hpp"

#include <chrono>
#include <deque>
#include <memory>
#include <optional>

namespace p4jit::jit {

/// The program that has the board, as far as its first words tell.
class Tenant {
public:
    using Clock = std::chrono::steady_clock;

    /// What it sends to the board.
    void sends(ByteView bytes);

    /// What OPEN answers to others.
    wire::v2::OpenAnswer answer() const;
    const std::string& name() const { return name_; }
    /// Others may have the board: it has not been heard for as long as it asked
    /// for, or is a stranger who said nothing that a board understands.
    bool is_gone() const;

private:
    struct FirstWords {
        wire::FrameParser v1;
        wire::v2::FrameParser v2;
    };
    std::chrono::milliseconds silence() const;

    std::optional<FirstWords> listening_{std::in_place}; ///< until OPEN came
    std::size_t heard_ = 0;
    bool is_stranger_ = true;
    std::string name_ = "one that has not said who it is";
    std::uint32_t session_ = UINT32_MAX;
    std::optional<std::chrono::milliseconds> lease_;
    Clock::time_point came_ = Clock::now(), last_word_ = came_;
};

class WaitingRoom {
public:
    /// `hello` is what the board answers to HELLO.
    explicit WaitingRoom(wire::v2::Frame hello) : hello_(std::move(hello)) {}

    /// Of more than 16 one is sent away: the first that has not spoken v2, or the newcomer.
    void enter(std::unique_ptr<transport::Pipe> client);

    /// Answers those who wait. Never blocks; who has left is forgotten.
    void look(const Tenant& tenant);

    /// Does somebody ask for the board?
    bool is_wanted() const;

    struct Client {
        std::unique_ptr<transport::Pipe> pipe;
        Bytes said; ///< what the board has to hear first
    };
    /// Who came first of those that ask for the board, else of all, and leaves
    /// the room; nothing if it is empty.
    std::optional<Client> next();

private:
    struct Guest {
        Client client;
        wire::v2::FrameParser parser;
        bool speaks_v2 = false, asks = false;
    };

    bool attend(Guest& guest, const Tenant& tenant);
    void answer(Guest& guest, const wire::v2::Frame& request, const Tenant& tenant) const;

    wire::v2::Frame hello_;
    std::deque<Guest> guests_;
};

} // namespace p4jit::jit
