#include "p4jit/toolchain/process.hpp"

#include "p4jit/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace p4jit::toolchain {

using namespace std::chrono_literals;

namespace {

/// The reading and the writing end of a pipe(2).
struct OutputPipe {
    int read_end = -1, write_end = -1;

    OutputPipe() {
        int ends[2];
        // Close-on-exec: a process started meanwhile by another thread must not
        // inherit it, or its end would never be seen.
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw SystemError(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
        read_end = ends[0];
        write_end = ends[1];
        ::fcntl(read_end, F_SETFL, O_NONBLOCK);
    }
    OutputPipe(const OutputPipe&) = delete;
    ~OutputPipe() {
        close_write_end();
        close_read_end();
    }
    void close_write_end() { close(write_end); }
    void close_read_end() { close(read_end); }
    bool open() const { return read_end >= 0; }

    /// Takes what is there, up to `limit` in all; at its end closes.
    void drain(std::string& into, std::size_t limit) {
        std::array<char, 16 * 1024> buffer;
        for (ssize_t count; open() && (count = ::read(read_end, buffer.data(), buffer.size())) != -1;) {
            if (count == 0) close_read_end();
            into.append(buffer.data(),
                        std::min<std::size_t>(static_cast<std::size_t>(count), limit - std::min(limit, into.size())));
        }
    }

private:
    static void close(int& fd) {
        if (fd >= 0) ::close(std::exchange(fd, -1));
    }
};

/// What posix_spawn() is to do between fork and exec.
class SpawnPlan {
public:
    SpawnPlan() {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawnattr_init(&attributes);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }

    /// A process group of its own, so that all it starts can be ended, and the
    /// terminal's Ctrl-C comes to us alone; signals as a program expects them.
    void detach() {
        sigset_t none, all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes, &none);
        ::posix_spawnattr_setsigdefault(&attributes, &all);
        ::posix_spawnattr_setpgroup(&attributes, 0);
        ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }

    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> list;
    for (const auto& text : texts) list.push_back(const_cast<char*>(text.c_str()));
    list.push_back(nullptr);
    return list;
}

/// A process that is ended, and waited for, at the latest here.
class Child {
public:
    Child(const Process& process, const OutputPipe& output, const OutputPipe& errors) {
        SpawnPlan plan;
        plan.detach();
        ::posix_spawn_file_actions_addopen(&plan.actions, 0, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&plan.actions, output.write_end, 1);
        ::posix_spawn_file_actions_adddup2(&plan.actions, errors.write_end, 2);
        if (!process.folder.empty()) ::posix_spawn_file_actions_addchdir_np(&plan.actions, process.folder.c_str());
        // vfork semantics: cheap, however much memory this process has.
        const auto failed = ::posix_spawn(&pid_, process.arguments.at(0).c_str(), &plan.actions, &plan.attributes,
                                          pointers(process.arguments).data(), pointers(process.environment).data());
        if (failed) {
            pid_ = 0;
            throw SystemError(fmt::format("cannot run {}: {}", process.arguments[0], std::strerror(failed)));
        }
    }
    Child(const Child&) = delete;
    ~Child() {
        if (pid_ == 0) return;
        // Only now is it reaped: until then nobody else can get its number.
        ::kill(-pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

    /// Has it ended by itself? Does not wait.
    bool ended() {
        siginfo_t info{};
        // ECHILD: this process ignores SIGCHLD, so the system has reaped it and
        // its status is lost.
        if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0) return errno == ECHILD;
        if (info.si_pid == 0) return false;
        (info.si_code == CLD_EXITED ? status_ : signal_) = info.si_status;
        return true;
    }
    int status() const { return status_; }
    int signal() const { return signal_; }

private:
    pid_t pid_ = 0;
    int status_ = 0;
    int signal_ = 0;
};

/// How long to wait for output, or, when there can be none, for the end.
std::chrono::milliseconds patience(const Deadline& deadline, std::string_view program) {
    if (deadline.expired()) throw Timeout(fmt::format("{} did not end in time and was stopped", program));
    return deadline.slice();
}

} // namespace

Outcome run(const Process& process, const Deadline& deadline) {
    OutputPipe output, errors;
    Child child(process, output, errors);
    output.close_write_end();
    errors.close_write_end();

    Outcome outcome;
    const auto drain = [&] {
        output.drain(outcome.output, process.output_limit);
        errors.drain(outcome.errors, process.output_limit);
    };
    while (output.open() || errors.open()) {
        std::array<pollfd, 2> polls{pollfd{output.read_end, POLLIN, 0}, pollfd{errors.read_end, POLLIN, 0}};
        const auto slice = patience(deadline, process.arguments[0]);
        const bool quiet = ::poll(polls.data(), polls.size(), static_cast<int>(slice.count())) == 0;
        // What it started may hold the pipes open after its end.
        const bool over = quiet && child.ended();
        drain();
        if (over) break;
    }
    for (auto nap = 50us; !child.ended(); nap = std::min(nap * 2, std::chrono::microseconds(10'000))) {
        patience(deadline, process.arguments[0]);
        std::this_thread::sleep_for(nap);
    }
    outcome.status = child.status();
    outcome.signal = child.signal();
    return outcome;
}

std::string quoted(const std::vector<std::string>& arguments) {
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=./,:@%";
    std::string line;
    for (const auto& argument : arguments) {
        if (!line.empty()) line += ' ';
        if (!argument.empty() && argument.find_first_not_of(plain) == argument.npos) {
            line += argument;
            continue;
        }
        line += '\'';
        for (const char c : argument)
            if (c == '\'')
                line += "'\\''";
            else
                line += c;
        line += '\'';
    }
    return line;
}

} // namespace p4jit::toolchain
