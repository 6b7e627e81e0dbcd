// Protocol v1 against v2 in one run: round trips and bytes of a call, calls and
// megabytes a second, in this process, over a pseudo-terminal and over TCP.
//
//   bench_protocol [SECONDS]      how long each figure is measured; 0.5 if not given
//
// The device is the virtual board, so the times are those of its interpreter
// and of this machine; round trips and bytes are those of any board.
#include "p4jit/base/error.hpp"
#include "p4jit/board/virtual_board.hpp"
#include "p4jit/p4jit.hpp"
#include "p4jit/transport/pty.hpp"
#include "p4jit/transport/tcp.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <thread>

using namespace p4jit;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

const char* const kernels = R"(
int add(int a, int b) { return a + b; }
void flip(unsigned char *x, int n) { x[0] ^= 1; x[n - 1] ^= 1; }
)";
constexpr std::size_t array_size = 64 * 1024, stream_size = 1 << 20;

/// A virtual board at the far end of a pipe, and the bytes that go by.
class Served {
public:
    explicit Served(std::function<std::unique_ptr<transport::Pipe>(const Deadline&)> accept)
        : thread_([this, accept = std::move(accept)](const std::stop_token& stop) {
              try {
                  serve(stop, accept);
              } catch (const Error&) {
                  // The client has left, or the end has come.
              }
          }) {}

    std::uint64_t bytes() const { return bytes_; }

private:
    void serve(const std::stop_token& stop,
               const std::function<std::unique_ptr<transport::Pipe>(const Deadline&)>& accept) {
        const auto ends = [&stop] { return stop.stop_requested(); };
        const auto pipe = accept(Deadline::never(ends));
        board::VirtualBoard board({.console = [](std::string_view) {}});
        Bytes piece(1 << 16);
        for (bool busy = false;;) {
            const auto patience = busy ? Deadline::after(0ms, ends) : Deadline::never(ends);
            if (const auto count = pipe->read(piece, patience); count != 0) {
                bytes_ += count;
                board.write(ByteView(piece).first(count), Deadline::never());
            }
            busy = board.step(200'000);
            while (const auto count = board.machine().link().host_receives(piece)) {
                bytes_ += count;
                pipe->write(ByteView(piece).first(count), Deadline::never(ends));
            }
        }
    }

    std::atomic<std::uint64_t> bytes_ = 0;
    std::jthread thread_;
};

struct Figures {
    std::uint64_t round_trips = 0, bytes = 0;
    double per_second = 0;
};

/// Runs `work` again and again for about so long.
double rate(std::chrono::duration<double> time, const std::function<void()>& work) {
    work();
    const auto start = Clock::now();
    int rounds = 0;
    for (; Clock::now() - start < time; ++rounds) work();
    return rounds / std::chrono::duration<double>(Clock::now() - start).count();
}

Figures measure(Function& function, const Served* served, std::chrono::duration<double> time,
                const std::function<void()>& call) {
    call();
    const auto before = served != nullptr ? served->bytes() : 0;
    call();
    const auto bytes = served != nullptr ? served->bytes() - before : 0;
    return {function.last_call().round_trips, bytes, rate(time, call)};
}

std::string bytes_text(std::uint64_t bytes, std::uint64_t payload) {
    return bytes == 0 ? "-" : fmt::format("{}", bytes - payload);
}

void run(const std::string& line, int protocol, const std::string& port, const Served* served,
         std::chrono::duration<double> time) {
    DeviceOptions options;
    options.port = port;
    options.protocol = protocol == 1 ? 1 : 0;
    options.console = [](std::string_view) {};
    Device device(options);
    auto module = device.load(Source::code(kernels));
    auto add = module.function("add"), flip = module.function("flip");
    std::vector<std::uint8_t> array(array_size), stream(stream_size);
    const auto scalar = measure(add, served, time, [&] { add.call<int>(10, 20); });
    const auto arrays = measure(flip, served, time, [&] { flip.call(array, static_cast<int>(array_size)); });
    auto memory = device.allocate(stream_size);
    const auto write = rate(time, [&] { memory.write(stream); });
    const auto read = rate(time, [&] { memory.read(stream); });
    // Arguments and result are 12 bytes; the array goes there and back.
    fmt::print("| {} | v{} | {} | {} | {:.0f} | {} | {} | {:.0f} | {:.0f} | {:.0f} |\n", line, protocol,
               scalar.round_trips, bytes_text(scalar.bytes, 12), scalar.per_second, arrays.round_trips,
               bytes_text(arrays.bytes, 8 + 2 * array_size), arrays.per_second, write * stream_size / 1e6,
               read * stream_size / 1e6);
    std::fflush(stdout);
}

void run_over_pty(int protocol, std::chrono::duration<double> time) {
    auto pty = transport::Pty::open();
    const auto path = pty->path();
    const Served served([&](const Deadline&) { return std::move(pty); });
    run("pty", protocol, path, &served, time);
}

void run_over_tcp(int protocol, std::chrono::duration<double> time) {
    transport::TcpListener listener({"127.0.0.1", 0}, Deadline::after(5s));
    const Served served([&](const Deadline& deadline) { return listener.accept(deadline); });
    run("TCP", protocol, listener.address().text(), &served, time);
}

} // namespace

int main(int argc, char** argv) {
    const std::chrono::duration<double> time(argc > 1 ? std::atof(argv[1]) : 0.5);
    fmt::print("Bytes are those beyond arguments, result and arrays.\n\n"
               "| line | protocol | add: round trips | bytes | calls/s | 64 KiB in and out: round trips | bytes | "
               "calls/s | write MB/s | read MB/s |\n|---|---|---|---|---|---|---|---|---|---|\n");
    try {
        for (const int protocol : {1, 2}) run("in process", protocol, "virtual", nullptr, time);
        for (const int protocol : {1, 2}) run_over_pty(protocol, time);
        for (const int protocol : {1, 2}) run_over_tcp(protocol, time);
    } catch (const Error& error) {
        fmt::print(stderr, "{}: {}\n", name(error.kind()), error.what());
        return 1;
    }
}
