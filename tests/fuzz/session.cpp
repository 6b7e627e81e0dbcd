#include "p4jit/session/session.hpp"

#include "p4jit/base/error.hpp"
#include "tests/cable/core_end.hpp"
#include "tests/cable/far_end.hpp"
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/targets.hpp"

#include <numeric>

namespace p4jit::fuzz {

using namespace std::chrono_literals;

namespace {

/// The firmware's core, whose answers somebody changes as he likes, checksums
/// set right, until the choices are used up.
class LyingDevice : public transport::Pipe {
public:
    explicit LyingDevice(Choices& choices) : choices_(choices) {
        core.device.world.call = [](const p4_run&, p4_end& end) {
            end.result = 5;
            return P4_RETURNED;
        };
    }

    void write(ByteView bytes, const Deadline& deadline) override { core.write(bytes, deadline); }
    std::size_t read(MutableBytes into, const Deadline& deadline) override {
        if (waiting_.empty()) {
            Bytes bytes(64 * 1024);
            bytes.resize(core.read(bytes, deadline));
            waiting_ = choices_.empty() ? bytes : said_instead(bytes);
        }
        const auto count = std::min(into.size(), waiting_.size());
        std::copy_n(waiting_.begin(), count, into.begin());
        waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
        return count;
    }
    std::string name() const override { return "lying device"; }

    tests::CoreEnd core;

private:
    Bytes said_instead(const Bytes& truth) {
        switch (choices_.below(8)) {
        case 0: return choices_.bytes(64);
        case 1: return {};
        case 2: return changed_v2(truth);
        case 3: return changed_v1(truth);
        case 4: {
            auto twice = truth;
            twice.insert(twice.end(), truth.begin(), truth.end());
            return twice;
        }
        default: return truth;
        }
    }

    void change(Bytes& payload) {
        switch (choices_.below(4)) {
        case 0: payload = choices_.bytes(255); break;
        case 1: payload.resize(choices_.byte() % (payload.size() + 1)); break;
        case 2: payload.resize(payload.size() + choices_.byte()); break;
        default:
            if (payload.size() >= 4) store_le(&payload[choices_.byte() % (payload.size() / 4) * 4], choices_.number());
        }
    }

    Bytes changed_v2(const Bytes& truth) {
        wire::v2::FrameParser parser;
        parser.feed(truth);
        wire::v2::Frame frame;
        if (!parser.next(frame)) return truth;
        const auto what = choices_.byte();
        if ((what & 1) != 0) change(frame.payload);
        if ((what & 2) != 0) frame.header.kind = static_cast<wire::v2::Kind>(choices_.below(6));
        if ((what & 4) != 0) frame.header.message = static_cast<wire::v2::Message>(choices_.byte());
        if ((what & 8) != 0) frame.header.sequence += choices_.number();
        if ((what & 16) != 0) frame.header.session = choices_.number();
        return wire::v2::encode(frame.header, {frame.payload});
    }

    Bytes changed_v1(const Bytes& truth) {
        wire::FrameParser parser;
        parser.feed(truth);
        wire::Frame frame;
        if (parser.next(frame) != wire::FrameParser::Result::frame) return truth;
        change(frame.payload);
        if (choices_.below(2) == 1) frame.flag = static_cast<wire::Flag>(choices_.below(4));
        if (choices_.below(4) == 1) frame.command = static_cast<wire::Command>(choices_.byte());
        return wire::encode(frame);
    }

    Choices& choices_;
    Bytes waiting_;
};

session::SessionOptions quick() {
    session::SessionOptions options;
    options.timeout = options.recovery = 1ms;
    options.patience = options.stop = 1us;
    options.lease = 0ms;
    options.console = [](std::string_view) {};
    return options;
}

/// What the user does; errors are told, and he goes on.
void use(session::Session& session, unsigned what) {
    try {
        const auto blocks = session.blocks();
        switch (what) {
        case 0: session.allocate(100, 0x404, 16); break;
        case 1: session.ping(as_bytes("any bytes")); break;
        case 2: session.heap_info(); break;
        case 3: session.heap_check(); break;
        case 4:
            if (!blocks.empty()) session.free(blocks.back().address);
            break;
        case 5:
            if (!blocks.empty()) session.write(blocks.back().address, Bytes(blocks.back().size, 7));
            break;
        case 6:
            if (!blocks.empty()) {
                Bytes back(blocks.back().size);
                session.read(blocks.back().address, back);
            }
            break;
        default: {
            if (blocks.empty()) break;
            const Bytes block(16), array(40);
            wire::v2::Call call{.entry = blocks.back().address, .block = block, .returns_from = 4, .arrays = {}};
            call.arrays.push_back({0, array, true});
            if (!session.speaks_v2()) {
                session.execute(call.entry, 1ms);
                break;
            }
            const auto called = session.call({&call, 1}, 1ms);
            REQUIRE(called.answers.size() == 1);
        }
        }
    } catch (const Error& error) {
        REQUIRE(std::string_view(error.what()).size() > 10);
    }
}

/// The device tells the truth again: all goes as it must.
void use_honest(tests::CoreEnd& core) {
    auto options = quick();
    options.recovery = options.timeout = 1s;
    session::Session session(std::make_unique<tests::Borrowed>(core), options);
    Bytes data(300), back(300);
    std::iota(data.begin(), data.end(), std::uint8_t{0});
    const auto block = session.allocate(300, 0x404, 16);
    session.write(block.address, data);
    session.read(block.address, back);
    REQUIRE((back == data));
    REQUIRE(session.heap_check().damaged_heaps == 0);
}

} // namespace

void session(ByteView input) {
    Choices choices(input.first(std::min<std::size_t>(input.size(), 2048)));
    LyingDevice device(choices);
    {
        auto options = quick();
        options.only_v1 = choices.below(4) == 1;
        session::Session session(std::make_unique<tests::Borrowed>(device), options);
        for (int steps = 0; steps < 40 && !choices.empty(); ++steps) use(session, choices.below(8));
    }
    use_honest(device.core);
}

} // namespace p4jit::fuzz
