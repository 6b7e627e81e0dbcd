// CALL in the core.
#include "tests/firmware/v2_host.hpp"

#include <numeric>

using namespace p4jit;
using namespace p4jit::test;

namespace {

Bytes numbers(std::size_t size) {
    Bytes bytes(size);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{1});
    return bytes;
}

std::uint32_t total(const Bytes& bytes) { return std::accumulate(bytes.begin(), bytes.end(), 0u); }

Bytes inverted(Bytes bytes) {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(~byte);
    return bytes;
}

struct Caller : Host {
    Caller() { device.world.call = summing(device.world, runs, 100); }

    /// The answer to a call with these bytes; checks what came back.
    void expect(const v2::Frame& answer) {
        const auto parsed = v2::parse_calls({&call, 1}, answer.payload);
        REQUIRE(parsed);
        const auto& result = parsed->at(0);
        CHECK(result.outcome == Outcome::RETURNED);
        CHECK(result.result == total(array) + 1);
        CHECK(result.cycles == 0x1'0000'0005);
        CHECK(load_le<std::uint32_t>(result.block.data()) == total(array));
        CHECK(Bytes(result.arrays.at(0).begin(), result.arrays.at(0).end()) == inverted(array));
    }

    std::uint32_t code = alloc(64);
    Bytes block = Bytes(8), array = numbers(100);
    v2::Call call = call_of(code, block, array);
    int runs = 0;
};

} // namespace

TEST_CASE("a call is one frame there and one frame back, with its arrays, carried out once") {
    Caller caller;
    const auto request = caller.next_call({&caller.call, 1});
    const auto blocks = caller.device.world.allocated;
    const auto answer = caller.ask(request);
    caller.expect(answer);
    CHECK(caller.runs == 1);
    // Nothing runs again, and what the array has become is answered again.
    CHECK(caller.ask(request) == answer);
    CHECK(caller.ask(Host::control(Message::REPEAT, caller.sequence)) == answer);
    CHECK(frames_in(caller.device.play(first_bytes(request, 20), silence)).at(0) == answer);
    CHECK(caller.runs == 1);
    CHECK(caller.device.world.allocated == blocks); // nothing was allocated
}

TEST_CASE("an answer stays while the next request is on its way, whatever its size") {
    for (const std::size_t size :
         {std::size_t{100}, std::size_t{300'000}, std::size_t{600'000}, std::size_t{1'000'000}}) {
        CAPTURE(size);
        Caller caller;
        caller.device.world.call = summing(caller.device.world, caller.runs, 100);
        caller.array = numbers(size);
        caller.call = call_of(caller.code, caller.block, caller.array);
        const auto first = caller.next_call({&caller.call, 1});
        const auto answer = caller.ask(first);
        const auto second = caller.next_call({&caller.call, 1});
        // The beginning of the next one, then silence: the host asks again for the first.
        CHECK(frames_in(caller.device.play(first_bytes(second, 19), silence)).size() == 1);
        CHECK(caller.ask(Host::control(Message::REPEAT, caller.sequence - 1)) == answer);
        CHECK(caller.ask(first) == answer);
        for (int i = 0; i < 5; ++i) {
            const auto request = i == 0 ? second : caller.next_call({&caller.call, 1});
            CHECK(caller.ask(request).payload == answer.payload);
        }
        CHECK(caller.runs == 6);
    }
}

TEST_CASE("a call behind other requests in the same piece runs at an aligned place all the same") {
    Caller caller;
    auto& world = caller.device.world;
    world.call = [&](const p4_run& run, p4_end&) {
        // The block is at a multiple of 8, its array at one of 16.
        CHECK(run.argument % 8 == 0);
        CHECK(load_le<std::uint32_t>(world.at(run.argument)) % 16 == 0);
        ++caller.runs;
        return P4_RETURNED;
    };
    for (std::size_t extra = 0; extra < 40; ++extra) {
        Bytes stream;
        for (std::size_t i = 0; i < extra % 5; ++i) stream = stream + caller.next(Message::HEAP, {Bytes(extra)});
        CHECK(frames_in(caller.device.play(stream + caller.next_call({&caller.call, 1}))).size() == extra % 5 + 1);
    }
    CHECK(caller.runs == 40);
}

TEST_CASE("calls of one frame run in order until one does not return") {
    Caller caller;
    std::vector<std::uint32_t> entries;
    caller.device.world.call = [&](const p4_run& run, p4_end& end) {
        entries.push_back(run.address);
        end.fault.pc = run.address + 2;
        return run.address == caller.code + 8 ? P4_FAULTED : P4_RETURNED;
    };
    std::vector<v2::Call> calls(4, caller.call);
    for (std::uint32_t i = 0; i < 4; ++i) calls[i].entry = caller.code + 4 * i;
    const auto request = caller.next_call(calls);
    const auto answer = caller.ask(request);
    const auto parsed = v2::parse_calls(calls, answer.payload);
    REQUIRE(parsed);
    CHECK(entries == std::vector{caller.code, caller.code + 4, caller.code + 8});
    CHECK(parsed->at(1).outcome == Outcome::RETURNED);
    CHECK(parsed->at(2).outcome == Outcome::FAULTED);
    CHECK(parsed->at(2).fault->pc == caller.code + 10);
    CHECK(parsed->at(3).outcome == Outcome::NOT_RUN);
    CHECK(caller.ask(request) == answer);
    CHECK(caller.ask(caller.next_call({})).payload.empty());
}

TEST_CASE("how a kernel ended is in the answer, with registers and stack") {
    Caller caller;
    auto outcome = P4_FAULTED;
    caller.device.world.call = [&](const p4_run& run, p4_end& end) {
        CHECK(run.limit_ms == 77);
        CHECK(run.measure_stack);
        end.stack_used = 1234;
        end.fault = {.cause = 5,
                     .pc = 0x48001234,
                     .value = 4,
                     .x = {0, 1, 2},
                     .stack_low = 10,
                     .stack_high = 20,
                     .count = 3,
                     .words = {7, 8, 9}};
        return outcome;
    };
    caller.call.limit_ms = 77;
    caller.call.measure_stack = true;
    const std::pair<p4_outcome, Outcome> outcomes[] = {
        {P4_FAULTED, Outcome::FAULTED}, {P4_STOPPED, Outcome::STOPPED}, {P4_LIMIT, Outcome::LIMIT}};
    for (const auto& [given, told] : outcomes) {
        outcome = given;
        const auto parsed = v2::parse_calls({&caller.call, 1}, caller.ask(caller.next_call({&caller.call, 1})).payload);
        REQUIRE(parsed);
        const auto& answer = parsed->at(0);
        CHECK(answer.outcome == told);
        CHECK(answer.stack == 1234);
        CHECK(answer.fault->cause == 5);
        CHECK(answer.fault->value == 4);
        CHECK(answer.fault->x[2] == 2);
        CHECK(answer.fault->stack_high == 20);
        CHECK(answer.fault->stack == std::vector<std::uint32_t>{7, 8, 9});
    }
    outcome = P4_STUCK;
    const auto parsed = v2::parse_calls({&caller.call, 1}, caller.ask(caller.next_call({&caller.call, 1})).payload);
    CHECK(parsed->at(0).outcome == Outcome::STUCK);
}

TEST_CASE("every number in a call that points outside its frame is refused, and nothing runs") {
    Caller caller;
    const std::vector<v2::Call> calls(2, caller.call);
    const auto good = v2::encode_calls(calls);
    // count, and of each call: argument, patches, patch_count, returns, return_count.
    std::vector<std::size_t> places{0};
    for (std::size_t call = 0; call < 2; ++call)
        for (const auto field : {4u, 16u, 20u, 24u, 28u}) places.push_back(4 + 32 * call + field);
    // The patches and returns themselves.
    for (const auto field : {16u, 24u}) {
        const auto list = load_le<std::uint32_t>(&good[4 + field]);
        places.push_back(list);
        places.push_back(list + 4);
    }
    for (const auto place : places)
        for (const auto value : {static_cast<std::uint32_t>(good.size()) + 1, 0x10000000u, 0x7FFFFFFFu, 0x80000000u,
                                 0xFFFFFFFCu, 0xFFFFFFFFu}) {
            CAPTURE(place);
            CAPTURE(value);
            auto bad = good;
            store_le(&bad[place], value);
            const auto error = Host::error(caller.ask(caller.next(Message::CALL, {bad})));
            CHECK((error == P4_V2_ERROR_BAD_CALL || error == P4_V2_ERROR_TOO_LONG));
        }
    CHECK(caller.runs == 0);

    auto elsewhere = caller.call;
    for (const auto entry : {0u, 4u, caller.code + 63, caller.code - 2, 0xFFFFFFFFu}) {
        elsewhere.entry = entry;
        CHECK(Host::error(caller.ask(caller.next_call({&elsewhere, 1}))) == P4_V2_ERROR_NOT_OWNED);
    }
    CHECK(caller.runs == 0);
}

TEST_CASE("more to return than an answer holds is refused before anything runs") {
    Caller caller;
    auto payload = v2::encode_calls({&caller.call, 1});
    // The same 100 bytes, as often as the list is long.
    const std::uint32_t count = 20'000;
    const auto list = static_cast<std::uint32_t>(payload.size());
    const auto array = load_le<std::uint32_t>(&payload[load_le<std::uint32_t>(&payload[4 + 24]) + 8]);
    for (std::uint32_t i = 0; i < count; ++i) {
        append_le(payload, array);
        append_le(payload, std::uint32_t{100});
    }
    store_le(&payload[4 + 24], list);
    store_le(&payload[4 + 28], count);
    CHECK(Host::error(caller.ask(caller.next(Message::CALL, {payload}))) == P4_V2_ERROR_TOO_LONG);
    CHECK(caller.runs == 0);
}

TEST_CASE("lists that calls share, which would make work without end, are refused") {
    Caller caller;
    const std::vector<v2::Call> calls(200, caller.call);
    auto payload = v2::encode_calls(calls);
    for (std::uint32_t i = 0; i < calls.size(); ++i) {
        store_le(&payload[4 + 32 * i + 16], std::uint32_t{0});
        store_le(&payload[4 + 32 * i + 20], static_cast<std::uint32_t>(payload.size() / 8));
    }
    CHECK(Host::error(caller.ask(caller.next(Message::CALL, {payload}))) == P4_V2_ERROR_BAD_CALL);
    CHECK(caller.runs == 0);
}

TEST_CASE("a call of somebody else, right behind ours, does not damage our answer") {
    for (std::size_t extra = 0; extra < 130; ++extra) {
        Caller caller;
        caller.array = numbers(400 + extra);
        caller.call = call_of(caller.code, caller.block, caller.array);
        const auto ours = caller.next_call({&caller.call, 1});
        const auto theirs = v2::encode({Message::CALL, Kind::REQUEST, 99, 1}, {Bytes(500, 0xEE)});
        const auto frames = frames_in(caller.device.play(ours + theirs));
        REQUIRE(frames.size() == 2);
        CHECK(Host::error(frames[1]) == P4_V2_ERROR_NO_SESSION);
        CHECK(caller.ask(Host::control(Message::REPEAT, caller.sequence)) == frames[0]);
    }
}

TEST_CASE("a kernel that writes over its frame gets a wrong answer, but no memory outside the frame") {
    std::mt19937 random(11);
    for (int round = 0; round < 400; ++round) {
        CAPTURE(round);
        Caller caller;
        auto& world = caller.device.world;
        std::vector<v2::Call> calls(3, caller.call);
        const auto size = static_cast<std::uint32_t>(v2::encode_calls(calls).size());
        world.call = [&](const p4_run&, p4_end&) {
            auto* payload = world.at(caller.device.core.buffer + v2::limit::ALIGNMENT);
            for (int i = 0; i < 30; ++i)
                store_le(payload + random() % size / 4 * 4, static_cast<std::uint32_t>(random() >> random() % 32));
            return P4_RETURNED;
        };
        frames_in(caller.device.play(caller.next_call(calls)));
        CHECK(caller.ask(caller.next(Message::HEAP)).header.kind == Kind::ANSWER);
        CHECK(p4_memory_check(&world.heaps) == 0);
    }
}

TEST_CASE("while a call runs: PING and CANCEL are answered, requests are not carried out, the console is sent") {
    Caller caller;
    auto& world = caller.device.world;
    const auto request = caller.next_call({&caller.call, 1});
    const auto number = caller.sequence;
    std::vector<v2::Frame> during;
    const auto say = [&](const p4_run& run, const Bytes& bytes) {
        world.script.emplace_back(bytes);
        const bool stop = run.attend(run.context);
        for (auto& frame : frames_in(std::exchange(world.sent, {}))) during.push_back(frame);
        return stop;
    };
    world.call = [&](const p4_run& run, p4_end& end) {
        world.printed = "hello\n";
        CHECK_FALSE(say(run, Host::control(Message::PING, 70)));
        CHECK_FALSE(say(run, v2::encode({Message::HEAP, Kind::REQUEST, our_session, number + 1})));
        CHECK_FALSE(say(run, request)); // again
        CHECK_FALSE(say(run, Host::control(Message::CANCEL, number - 1)));
        CHECK_FALSE(say(run, frame(P4_V1_PING))); // not listened to
        CHECK_FALSE(say(run, Host::control(Message::PING, 71)));
        CHECK(say(run, Host::control(Message::CANCEL, number)));
        world.printed = "last words";
        end.fault.pc = 0x48000000;
        return P4_STOPPED;
    };
    const auto frames = frames_in(caller.device.play(request));
    REQUIRE(during.size() == 7);
    CHECK(during[0].header == v2::Header{Message::CONSOLE, Kind::EVENT, our_session, 0});
    CHECK(as_text(during[0].payload) == "hello\n");
    const auto standing = v2::parse<v2::PingAnswer>(during[1].payload);
    CHECK(standing->running == number);
    CHECK(standing->answered == number - 1);
    CHECK(Host::error(during[2]) == P4_V2_ERROR_BUSY);
    CHECK(v2::parse<v2::CancelAnswer>(during[3].payload)->running == 0);
    CHECK(during[4].header.kind == Kind::RESEND);
    CHECK(during[5].header.sequence == 71);
    CHECK(v2::parse<v2::CancelAnswer>(during[6].payload)->running == 1);
    REQUIRE(frames.size() == 2);
    CHECK(frames[0].header == v2::Header{Message::CONSOLE, Kind::EVENT, our_session, 6});
    CHECK(v2::parse_calls({&caller.call, 1}, frames[1].payload)->at(0).outcome == Outcome::STOPPED);
    CHECK(caller.ping().running == 0);
    CHECK(caller.ask(caller.next(Message::HEAP)).header.kind == Kind::ANSWER);
}

TEST_CASE("a session that ends while its call runs: the call is stopped, then its memory is freed") {
    for (int way = 0; way < 3; ++way) {
        CAPTURE(way);
        Caller caller;
        auto& world = caller.device.world;
        world.call = [&](const p4_run& run, p4_end&) {
            if (way == 0) world.script.emplace_back(Host::control(Message::CLOSE));
            if (way == 1) world.script.emplace_back(Host::open(5, v2::OPEN_TAKE_OVER));
            if (way == 2) world.script.emplace_back(gone);
            CHECK(world.allocated.size() == 3);
            CHECK(run.attend(run.context));
            CHECK(world.allocated.size() == 3); // it still runs
            return P4_STOPPED;
        };
        caller.device.play(caller.next_call({&caller.call, 1}));
        CHECK(world.allocated.size() == 2);
        CHECK(caller.ping().owner == 0);
    }
}
