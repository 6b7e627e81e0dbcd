#include "p4jit/transport/token.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/file.hpp"
#include "p4jit/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <random>

#include <sys/stat.h>

namespace p4jit::transport {

using namespace std::chrono_literals;

namespace {

constexpr std::string_view question = "P4JITtk1", answer = "P4JITme1", accepted = "P4JITok1", refused = "P4JITno1";
constexpr std::size_t word = 8;
constexpr std::size_t question_size = word + sizeof(Sha256), answer_size = word + 2 * sizeof(Sha256);
constexpr auto slowness = 1s; ///< of a refusal

/// A client may have begun to talk before it was asked; not for long.
constexpr std::size_t most_before_answer = 128 * 1024;

Sha256 random_bytes() {
    std::random_device random;
    Sha256 bytes;
    for (std::size_t i = 0; i < bytes.size(); i += 4) store_le(&bytes[i], std::uint32_t{random()});
    return bytes;
}

Bytes joined(std::initializer_list<ByteView> parts) {
    Bytes bytes;
    for (const auto part : parts) bytes.insert(bytes.end(), part.begin(), part.end());
    return bytes;
}

Sha256 proof(const std::string& token, std::string_view who, ByteView first, ByteView second) {
    return hmac_sha256(as_bytes(token), joined({as_bytes(who), first, second}));
}

/// Does it begin with the text, as far as it goes?
bool may_be(ByteView bytes, std::string_view text) {
    const auto count = std::min(bytes.size(), text.size());
    return as_text(bytes.first(count)) == text.substr(0, count);
}

} // namespace

std::string read_token(const std::filesystem::path& file) {
    struct stat status{};
    if (::stat(file.c_str(), &status) != 0)
        throw SourceNotFound(fmt::format("cannot open the token file {}: {}", file.string(), std::strerror(errno)));
    if (status.st_mode & 077)
        throw UsageError(fmt::format("others may read the token in {}: chmod 600 it", file.string()));
    const auto text = read_text(file);
    const std::string token(trim(text));
    if (token.empty() || token.find('\n') != token.npos)
        throw UsageError(fmt::format("{} is no token file: it has one line, the token", file.string()));
    return token;
}

// The client.

std::size_t TokenPipe::read(MutableBytes into, const Deadline& deadline) {
    while (expects_ != Expects::bytes)
        if (!advance(deadline)) return 0;
    if (came_.empty()) return pipe_->read(into, deadline);
    const auto count = std::min(into.size(), came_.size());
    std::copy_n(came_.begin(), count, into.begin());
    came_.erase(came_.begin(), came_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
}

void TokenPipe::meet(const Deadline& question_deadline, const Deadline& verdict) {
    while (expects_ == Expects::question && advance(question_deadline)) {
    }
    while (expects_ == Expects::verdict)
        if (!advance(verdict))
            throw ConnectError(fmt::format("{} asked for a token and did not say whether it accepts ours", name()));
}

/// One step; false at the deadline.
bool TokenPipe::advance(const Deadline& deadline) {
    std::array<std::uint8_t, question_size> piece;
    std::size_t count = 0;
    try {
        // Never more than is due: what follows is the device's.
        count = pipe_->read(MutableBytes(piece).first(question_size - came_.size()), deadline);
    } catch (const ConnectionLost&) {
        if (expects_ == Expects::verdict)
            throw ConnectError(fmt::format("{} closed the connection instead of accepting the token", name()));
        if (came_.empty()) throw;
        expects_ = Expects::bytes; // of a device, and fewer than a question has
        return true;
    }
    came_.insert(came_.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
    if (expects_ == Expects::question)
        take_question();
    else
        take_verdict();
    return count != 0;
}

void TokenPipe::take_question() {
    if (!may_be(came_, question)) {
        expects_ = Expects::bytes; // a device's
        return;
    }
    if (came_.size() < question_size) return;
    if (token_.empty())
        throw ConnectError(fmt::format("{} asks for a token: set the environment variable P4JIT_TOKEN, or give "
                                       "token=, as the server has it",
                                       name()));
    const auto theirs = ByteView(came_).subspan(word);
    const auto ours = random_bytes();
    pipe_->write(joined({as_bytes(answer), ours, proof(token_, "client", theirs, ours)}), Deadline::after(5s));
    expected_ = proof(token_, "server", ours, theirs);
    came_.clear();
    expects_ = Expects::verdict;
}

void TokenPipe::take_verdict() {
    if (came_.size() < word) return;
    if (may_be(came_, refused))
        throw ConnectError(fmt::format("{} refused the token: it is not the one that the server was started with. "
                                       "Check P4JIT_TOKEN, or token=",
                                       name()));
    if (may_be(came_, accepted) && came_.size() < question_size) return;
    if (!may_be(came_, accepted) || !equal_in_constant_time(ByteView(came_).subspan(word), expected_))
        throw ConnectError(
            fmt::format("{} does not know the token itself: it is not the server that you mean", name()));
    came_.clear();
    expects_ = Expects::bytes;
}

// The server.

Newcomer::Newcomer(std::unique_ptr<Pipe> client, Clock::time_point end)
    : client_(std::move(client)), end_(end), random_(random_bytes()) {
    client_->write(joined({as_bytes(question), random_}), Deadline::after(0s));
}

Newcomer::Verdict Newcomer::look(const std::string& token) try {
    if (refuse_at_) {
        if (Clock::now() < *refuse_at_) return Verdict::waits;
        client_->write(as_bytes(refused), Deadline::after(0s));
        return Verdict::refused;
    }
    std::array<std::uint8_t, 4096> piece;
    const auto count = client_->read(piece, Deadline::after(0s));
    came_.insert(came_.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(count));
    return judge(token);
} catch (const Error&) {
    return Verdict::refused; // gone, or it does not read
}

Newcomer::Verdict Newcomer::judge(const std::string& token) {
    const auto text = as_text(came_);
    const auto at = text.find(answer);
    if (at == text.npos || came_.size() - at < answer_size) {
        const bool gives_up = Clock::now() > end_ || came_.size() > most_before_answer;
        return gives_up ? Verdict::refused : Verdict::waits;
    }
    const auto theirs = ByteView(came_).subspan(at + word, sizeof(Sha256));
    const auto given = ByteView(came_).subspan(at + word + sizeof(Sha256), sizeof(Sha256));
    if (!equal_in_constant_time(given, proof(token, "client", random_, theirs))) {
        refuse_at_ = Clock::now() + slowness;
        return Verdict::waits;
    }
    client_->write(joined({as_bytes(accepted), proof(token, "server", theirs, random_)}), Deadline::after(0s));
    return Verdict::accepted;
}

} // namespace p4jit::transport
