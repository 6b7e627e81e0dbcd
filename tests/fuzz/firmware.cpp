#include "tests/firmware/v2_host.hpp"
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/targets.hpp"

namespace p4jit::fuzz {

using test::FakeWorld;
using wire::v2::Kind;
using wire::v2::Message;

namespace {

constexpr std::uint32_t sessions[] = {0x11223344, 0x55667788, 0, 0xC534C534};

/// A device and what was said to it, so that its answers can be judged.
class Conversation {
public:
    explicit Conversation(ByteView input) : choices_(input) {
        device_.world.call = [this](const p4_run& run, p4_end& end) { return run_kernel(run, end); };
        // A session that takes the risk could write over what the device keeps for
        // itself; whatever came then could not be judged.
        device_.world.reach = [this](std::uint32_t address, std::uint32_t size, p4_access) {
            return p4_blocks_hold(&device_.core.blocks, address, size);
        };
    }

    void run() {
        say(wire::v2::encode({Message::OPEN, Kind::REQUEST, sessions[0], 1}, {test::words({2, 2000})}));
        while (!choices_.empty()) step();
        // The host leaves: its session's memory is free again.
        play(test::silence);
        play(test::gone);
        REQUIRE(device_.world.allocated.size() <= own_blocks + v1_blocks_);
        REQUIRE(p4_memory_check(&device_.world.heaps) == 0);
        REQUIRE(device_.core.dialog.session == 0);
    }

private:
    static constexpr std::size_t own_blocks = 2; ///< the receiver's memory and the table of blocks

    void step() {
        switch (choices_.below(10)) {
        case 0: say(choices_.bytes(64)); break; // whatever it is
        case 1: say(v1_frame()); break;
        case 2: harm(v2_frame()); break;
        case 3: play(test::silence); break;
        case 4: play(test::gone); break;
        case 5: say_again(); break;
        case 6: say_while_a_call_runs(); break;
        default:
            say(v2_frame());
            if (choices_.below(4) == 1) say_again();
        }
        REQUIRE(p4_memory_check(&device_.world.heaps) == 0);
        REQUIRE(device_.world.allocated.size() >= own_blocks);
    }

    void say(const Bytes& bytes) {
        if (!bytes.empty()) play(bytes);
        last_ = bytes;
    }

    /// The same bytes once more carry out nothing once more.
    void say_again() {
        play(test::silence); // whatever was half said is given up
        wire::v2::FrameParser parser;
        parser.feed(last_);
        wire::v2::Frame frame;
        if (!parser.next(frame) || parser.pending() + parser.skipped() != 0) return;
        if (frame.header.message < Message::ALLOC) return;
        if (frame.header.sequence != device_.core.receiver.answered) return; // it was not carried out
        if (frame.header.session != device_.core.dialog.session) return;
        const auto runs = runs_;
        const auto allocated = device_.world.allocated;
        play(last_);
        REQUIRE(runs_ == runs);
        REQUIRE((device_.world.allocated == allocated));
    }

    /// What comes behind a call is there while it runs.
    void say_while_a_call_runs() {
        auto bytes = v2_frame();
        for (auto count = 1 + choices_.below(3); count > 0; --count) {
            const auto more = choices_.below(4) == 0 ? v1_frame() : v2_frame();
            bytes.insert(bytes.end(), more.begin(), more.end());
        }
        say(bytes);
    }

    void harm(Bytes bytes) {
        const auto at = (choices_.byte() | choices_.byte() << 8) % bytes.size();
        switch (choices_.below(3)) {
        case 0: bytes[at] ^= static_cast<std::uint8_t>(1 + choices_.byte() % 255); break;
        case 1: bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at)); break;
        default: bytes.resize(at);
        }
        say(bytes);
    }

    template <typename Event>
    void play(Event event) {
        judge(device_.play(std::move(event), FakeWorld::Silence{}));
    }

    /// What the device sends is whole frames.
    void judge(ByteView bytes) {
        while (!bytes.empty()) {
            if (bytes[0] == P4_V1_MAGIC_0) {
                REQUIRE(bytes.size() >= 10);
                const auto size = 10 + load_le<std::uint32_t>(&bytes[4]);
                REQUIRE(size <= bytes.size());
                const auto answer = test::answers_in(bytes.first(size)).at(0);
                v1_blocks_ += answer.command == P4_V1_ALLOC && answer.flags == P4_V1_FLAG_OK;
                bytes = bytes.subspan(size);
                continue;
            }
            REQUIRE(bytes.size() >= wire::v2::header_size);
            const auto payload = load_le<std::uint32_t>(&bytes[12]);
            const auto size = wire::v2::header_size + payload + (payload != 0 ? wire::v2::crc_size : 0);
            REQUIRE(size <= bytes.size());
            const auto frame = test::frames_in(bytes.first(size)).at(0);
            REQUIRE(frame.header.kind != Kind::REQUEST);
            bytes = bytes.subspan(size);
        }
    }

    // What the host says.

    std::uint32_t address() {
        const auto& blocks = device_.world.allocated;
        auto block = std::next(blocks.begin(), choices_.byte() % static_cast<int>(blocks.size()));
        // The device's own blocks are no secret, but not for the host to touch.
        return *block + (choices_.below(2) == 0 ? 0 : choices_.byte());
    }
    std::uint32_t argument() {
        switch (choices_.below(4)) {
        case 0: return address();
        case 1: return choices_.below(2) == 0 ? 0x404u : 0x808u; // capabilities
        case 2: return 1u << choices_.below(32);
        default: return choices_.number();
        }
    }
    Bytes arguments() {
        Bytes payload;
        for (auto count = choices_.below(5); count > 0; --count) append_le(payload, argument());
        const auto data = choices_.bytes(choices_.below(2) == 0 ? 0 : 255);
        payload.insert(payload.end(), data.begin(), data.end());
        return payload;
    }

    /// Mostly what the message takes.
    Bytes arguments(Message message) {
        if (choices_.below(6) == 5) return arguments();
        Bytes payload;
        switch (message) {
        case Message::ALLOC:
            payload = test::words({choices_.below(250) * (choices_.below(8) + 1),
                                   choices_.below(2) == 0 ? 0x404u : 0x808u, 16u << choices_.below(5)});
            break;
        case Message::READ: payload = test::words({address(), choices_.byte()}); break;
        case Message::OPEN: payload = test::words({choices_.below(4), choices_.below(4) * 500}); break;
        case Message::HELLO: payload = test::words({choices_.below(3), choices_.below(4)}); break;
        default: payload = test::words({address()});
        }
        const auto data = choices_.bytes(255);
        payload.insert(payload.end(), data.begin(), data.end());
        return payload;
    }

    Bytes v1_frame() {
        constexpr int commands[] = {P4_V1_PING,     P4_V1_ALLOC, P4_V1_FREE,      P4_V1_WRITE_MEM,
                                    P4_V1_READ_MEM, P4_V1_EXEC,  P4_V1_HEAP_INFO, P4_V1_HEAP_CHECK};
        const auto command = choices_.below(9);
        const auto payload = command == 1 ? arguments(Message::ALLOC) : arguments();
        return test::frame(command < 8 ? commands[command] : choices_.byte(), payload,
                           choices_.below(8) == 1 ? choices_.byte() : int{P4_V1_FLAG_REQUEST});
    }

    Bytes v2_frame() {
        constexpr Message messages[] = {Message::ALLOC, Message::CALL,   Message::WRITE,  Message::READ,  Message::FREE,
                                        Message::HEAP,  Message::REPEAT, Message::CANCEL, Message::CLOSE, Message::OPEN,
                                        Message::PING,  Message::HELLO,  Message::CONSOLE};
        const auto which = choices_.below(std::size(messages) + 1);
        const auto message = which < std::size(messages) ? messages[which] : static_cast<Message>(choices_.byte());
        const auto kind = choices_.below(16) == 1 ? static_cast<Kind>(choices_.byte()) : Kind::REQUEST;
        const auto session = choices_.below(8) == 1 ? sessions[choices_.below(4)] : device_.core.dialog.session;
        auto sequence = device_.core.receiver.answered + (message < Message::ALLOC ? 0 : 1);
        if (choices_.below(8) == 1) sequence += choices_.number();
        return wire::v2::encode({message, kind, session, sequence},
                                {message == Message::CALL ? calls() : arguments(message)});
    }

    Bytes calls() {
        const auto block = choices_.bytes(32);
        const auto array = choices_.bytes(200);
        std::vector<wire::v2::Call> calls(1 + choices_.below(3));
        for (auto& call : calls) {
            call.entry = choices_.below(4) == 1 ? argument() : address();
            call.limit_ms = choices_.byte();
            call.measure_stack = choices_.below(2) == 1;
            call.block = block;
            call.returns_from = static_cast<std::uint32_t>(choices_.byte() % (block.size() + 1));
            if (block.size() >= 4 && choices_.below(2) == 1)
                call.arrays.push_back(
                    {static_cast<std::uint32_t>(block.size() / 4 - 1) * 4, array, choices_.below(2) == 1});
        }
        auto payload = wire::v2::encode_calls(calls);
        if (choices_.below(3) == 1) { // a host that says what ours never would
            const auto at = choices_.byte() % (payload.size() / 4) * 4;
            store_le(&payload[at], argument());
        }
        return payload;
    }

    // What kernels do.

    p4_outcome run_kernel(const p4_run& run, p4_end& end) {
        ++runs_;
        end.result = choices_.byte();
        device_.world.printed.append(choices_.below(4) == 1 ? choices_.byte() : 0, 'p');
        if (run.argument != 0 && choices_.below(2) == 1)
            store_le(device_.world.at(run.argument & ~3u), choices_.word());
        for (auto looks = choices_.below(4); looks > 0; --looks)
            if (run.attend(run.context)) return stopped(end, P4_STOPPED);
        switch (choices_.below(6)) {
        case 1: return stopped(end, P4_FAULTED);
        case 2: return stopped(end, P4_LIMIT);
        default: return P4_RETURNED;
        }
    }
    p4_outcome stopped(p4_end& end, p4_outcome outcome) {
        end.fault.pc = choices_.word();
        end.fault.count = choices_.below(2) == 1 ? std::uint32_t{P4_V2_LIMIT_STACK_WORDS} : choices_.byte();
        std::fill_n(end.fault.words, end.fault.count, 0x57AC'57ACu);
        return outcome;
    }

    Choices choices_;
    test::Device device_{2 << 20};
    Bytes last_;
    int runs_ = 0;
    std::size_t v1_blocks_ = 0;
};

} // namespace

void firmware(ByteView input) { Conversation(input.first(std::min<std::size_t>(input.size(), 4096))).run(); }

} // namespace p4jit::fuzz
