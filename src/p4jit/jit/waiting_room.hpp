// Who connects to a served board while another program has it: they are told
// whose it is, in the board's words, and come in when it is free.
//
// A client of protocol v2 gets answers to HELLO and OPEN from here. One of v1
// cannot be told anything; what it sends waits, as it always did.
#pragma once

#include "p4jit/transport/pipe.hpp"
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
    /// It has not been heard for as long as it asked for: others may have the board.
    bool is_gone() const;

private:
    std::chrono::milliseconds silence() const;

    std::optional<wire::v2::FrameParser> listening_{std::in_place}; ///< until OPEN came
    std::size_t heard_ = 0;
    std::string name_ = "one that speaks protocol v1";
    std::uint32_t session_ = UINT32_MAX;
    std::optional<std::chrono::milliseconds> lease_;
    Clock::time_point last_word_ = Clock::now();
};

class WaitingRoom {
public:
    /// `hello` is what the board answers to HELLO.
    explicit WaitingRoom(wire::v2::Frame hello) : hello_(std::move(hello)) {}

    /// Of more than 16 the last ones are sent away.
    void enter(std::unique_ptr<transport::Pipe> client);

    /// Answers those who wait. Never blocks; who has left is forgotten.
    void look(const Tenant& tenant);

    /// Does somebody ask for the board?
    bool is_wanted() const;

    struct Client {
        std::unique_ptr<transport::Pipe> pipe;
        Bytes said; ///< what the board has to hear first
    };
    /// Who came first, and leaves the room; nothing if it is empty.
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
