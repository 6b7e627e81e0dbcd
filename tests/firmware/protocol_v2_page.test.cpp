// docs/protocol-v2.md has tables between markers: one for each kind of row in
// spec/protocol/v2.def, and the bytes of a short session. They must be what the
// rows say and the core does.
//
// To bring the page up to date: P4JIT_UPDATE_DOCS=1 ctest -R firmware
#include "tests/firmware/v2_host.hpp"
#include "tests/support/page.hpp"

#include <fmt/format.h>

using namespace p4jit;
using namespace p4jit::test;

namespace {

std::string hex_text(ByteView bytes) { return fmt::format("{:02x}", fmt::join(bytes, " ")); }

/// One line for each request and what comes back.
class Session {
public:
    Session() : host_(false) {
        host_.device.world.call = [this](const p4_run& run, p4_end& end) {
            auto* block = host_.device.world.at(run.argument);
            store_le(block + 8, load_le<std::uint32_t>(block) + load_le<std::uint32_t>(block + 4));
            end.result = 30;
            end.cycles = 5;
            return P4_RETURNED;
        };
    }

    std::string run() {
        const v2::HelloRequest versions{2, 2};
        say("HELLO", v2::encode({Message::HELLO, Kind::REQUEST, 0, 1}, {v2::payload(versions)}));
        say("OPEN as \"a test\"", Host::open(our_session));
        say("PING", Host::control(Message::PING));
        const v2::AllocRequest alloc{576, 0x404, 16};
        const auto block =
            v2::parse<v2::AllocAnswer>(say("ALLOC 576 bytes", host_.next(Message::ALLOC, alloc)))->address;
        const v2::WriteRequest write{block};
        say("WRITE 01 02 03 04", host_.next(Message::WRITE, write, hex("01 02 03 04")));
        const v2::ReadRequest read{block, 4};
        say("READ 4 bytes", host_.next(Message::READ, read));
        const auto arguments = words({10, 20, 0});
        v2::Call call{.entry = block, .limit_ms = 1000, .block = arguments, .returns_from = 8, .arrays = {}};
        say("CALL with 10 and 20", host_.next_call({&call, 1}));
        say("REPEAT", Host::control(Message::REPEAT, host_.sequence));
        const v2::FreeRequest free{block};
        say("FREE", host_.next(Message::FREE, free));
        say("FREE once more", host_.next(Message::FREE, free));
        say("READ outside of blocks", host_.next(Message::READ, read));
        say("CANCEL, nothing runs", Host::control(Message::CANCEL, host_.sequence));
        say("a damaged PING", damaged(Host::control(Message::PING)));
        say("CLOSE", Host::control(Message::CLOSE));
        say_unsafe();
        return text_;
    }

private:
    void say_unsafe() {
        host_.sequence = 0;
        say("OPEN with UNSAFE", Host::open(our_session, v2::OPEN_UNSAFE));
        const v2::WriteRequest write{0x4FF20000};
        say("WRITE 01 02 03 04 outside of blocks", host_.next(Message::WRITE, write, hex("01 02 03 04")));
        const v2::ReadRequest read{0x4FF20000, 4}, nowhere{0, 4};
        say("READ 4 bytes outside of blocks", host_.next(Message::READ, read));
        say("READ 4 bytes where nothing is", host_.next(Message::READ, nowhere));
    }

    Bytes say(const std::string& what, const Bytes& request) {
        const auto answer = host_.device.play(request);
        text_ += fmt::format("{}\n  > {}\n  < {}\n", what, hex_text(request), hex_text(answer));
        return frames_in(answer).at(0).payload;
    }
    static Bytes damaged(Bytes bytes) {
        bytes[9] ^= 1;
        return bytes;
    }

    Host host_;
    std::string text_;
};

/// The parts, by the name of their marker.
std::vector<std::pair<std::string, std::string>> parts() {
    return {
        {"kinds", "| kind | name | meaning |\n|---|---|---|\n"
#define V2_KIND(NAME, value, meaning) +fmt::format("| {:02x} | {} | {} |\n", value, #NAME, meaning)
#include "spec/protocol/v2.def"
        },
        {"numbers", "| number | value | meaning |\n|---|---|---|\n"
#define V2_NUMBER(NAME, value, meaning) +fmt::format("| {} | {} | {} |\n", #NAME, value, meaning)
#include "spec/protocol/v2.def"
        },
        {"messages", "| id | name | request | answer | meaning |\n|---|---|---|---|---|\n"
#define V2_MESSAGE(NAME, id, size, request, answer, meaning)                                                           \
    +fmt::format("| {:02x} | {} | {} | {} | {} |\n", id, #NAME, request, answer, meaning)
#include "spec/protocol/v2.def"
        },
        {"errors", "| error | name | meaning |\n|---|---|---|\n"
#define V2_ERROR(NAME, value, meaning) +fmt::format("| {} | {} | {} |\n", value, #NAME, meaning)
#include "spec/protocol/v2.def"
        },
        {"open flags", "| bit | name | meaning |\n|---|---|---|\n"
#define V2_OPEN_FLAG(NAME, value, meaning) +fmt::format("| {} | {} | {} |\n", value, #NAME, meaning)
#include "spec/protocol/v2.def"
        },
        {"call flags", "| bit | name | meaning |\n|---|---|---|\n"
#define V2_CALL_FLAG(NAME, value, meaning) +fmt::format("| {} | {} | {} |\n", value, #NAME, meaning)
#include "spec/protocol/v2.def"
        },
        {"outcomes", "| outcome | name | meaning |\n|---|---|---|\n"
#define V2_OUTCOME(NAME, value, meaning) +fmt::format("| {} | {} | {} |\n", value, #NAME, meaning)
#include "spec/protocol/v2.def"
        },
        {"bytes", "```\n" + Session().run() + "```\n"},
    };
}

} // namespace

TEST_CASE("the tables and bytes of docs/protocol-v2.md are those of the rows and the core") {
    test::check_page("protocol-v2.md", parts());
}
