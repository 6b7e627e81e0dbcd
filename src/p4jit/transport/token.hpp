// A token that clients of a served board must know.
//
//   server → client   "P4JITtk1", 32 random bytes S
//   client → server   "P4JITme1", 32 random bytes C, HMAC-SHA256(token, "client" S C)
//   server → client   "P4JITok1", HMAC-SHA256(token, "server" C S)
//                     or "P4JITno1", and the end
//
// The token never travels, and what was heard of one conversation is no answer
// in another. What follows is the client's and the board's, as it is: not
// encrypted. token_gate.hpp is how a server lets clients in.
#pragma once

#include "p4jit/base/sha256.hpp"
#include "p4jit/transport/pipe.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace p4jit::transport {

/// A token from a file of one line. Throws SourceNotFound, and UsageError if
/// others may read the file or there is no token in it.
std::string read_token(const std::filesystem::path& file);

/// The client's end. A far end that asks for no token notices nothing of it.
///
/// read() and meet() throw ConnectError if the far end asks for a token and
/// there is none, or it is not the right one.
class TokenPipe : public Pipe {
public:
    /// An empty token is none.
    TokenPipe(std::unique_ptr<Pipe> pipe, std::string token) : pipe_(std::move(pipe)), token_(std::move(token)) {}

    /// Waits until the token is accepted. Returns if nobody asks for one in
    /// time; they still may. With part of the conversation done, ConnectError.
    void meet(const Deadline& question, const Deadline& verdict);

    void write(ByteView bytes, const Deadline& deadline) override { pipe_->write(bytes, deadline); }
    std::size_t read(MutableBytes into, const Deadline& deadline) override;
    std::string name() const override { return pipe_->name(); }
    bool is_serial() const override { return pipe_->is_serial(); }
    bool is_shared() const override { return pipe_->is_shared(); }

private:
    /// What is expected to arrive.
    enum class Expects { question, verdict, bytes };

    bool advance(const Deadline& deadline);
    void take_question();
    void take_verdict();

    std::unique_ptr<Pipe> pipe_;
    std::string token_;
    Expects expects_ = Expects::question;
    Bytes came_; ///< and is not dealt with
    Sha256 expected_{};
};

/// The server's end of one connection whose client is not known yet.
class Newcomer {
public:
    using Clock = Deadline::Clock;
    enum class Verdict { waits, accepted, refused };

    /// Asks. The client has until `end` to answer.
    Newcomer(std::unique_ptr<Pipe> client, Clock::time_point end);

    /// Looks at what has come, without waiting. A wrong answer is refused only
    /// after a second, so that guessing takes time.
    Verdict look(const std::string& token);

    /// Once accepted.
    std::unique_ptr<Pipe> take() { return std::move(client_); }

private:
    Verdict judge(const std::string& token);

    std::unique_ptr<Pipe> client_;
    Clock::time_point end_;
    Sha256 random_;
    Bytes came_;
    std::optional<Clock::time_point> refuse_at_;
};

} // namespace p4jit::transport
