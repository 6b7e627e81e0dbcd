// docs/protocol-v1.md has tables between markers, one for each kind of row in
// spec/protocol/v1.def. They must say what the rows say.
//
// To bring the page up to date: P4JIT_UPDATE_DOCS=1 ctest -R firmware
#include "tests/support/page.hpp"

using namespace p4jit;

namespace {

/// The tables, by the name of their marker.
const std::pair<std::string, std::string> tables[] = {
    {"flags", "| flags | name | meaning |\n|---|---|---|\n"
#define V1_FLAG(NAME, value, meaning) +fmt::format("| {:02x} | {} | {} |\n", value, #NAME, meaning)
#include "spec/protocol/v1.def"
    },
    {"limits", "| limit | value | meaning |\n|---|---|---|\n"
#define V1_LIMIT(NAME, value, meaning) +fmt::format("| {} | {} bytes | {} |\n", #NAME, value, meaning)
#define V1_TIME(NAME, value, meaning) +fmt::format("| {} | {} ms | {} |\n", #NAME, value, meaning)
#include "spec/protocol/v1.def"
    },
    {"commands", "| id | name | request | answer | meaning |\n|---|---|---|---|---|\n"
#define V1_COMMAND(NAME, id, size, request, answer, meaning)                                                           \
    +fmt::format("| {:02x} | {} | {} | {} | {} |\n", id, #NAME, request, answer, meaning)
#include "spec/protocol/v1.def"
    },
    {"errors", "| error | name | meaning |\n|---|---|---|\n"
#define V1_ERROR(NAME, value, meaning) +fmt::format("| {} | {} | {} |\n", value, #NAME, meaning)
#include "spec/protocol/v1.def"
    },
    {"statuses", "| status | name | meaning |\n|---|---|---|\n"
#define V1_STATUS(NAME, value, meaning) +fmt::format("| {} | {} | {} |\n", value, #NAME, meaning)
#include "spec/protocol/v1.def"
    },
};

} // namespace

TEST_CASE("the tables of docs/protocol-v1.md are those of spec/protocol/v1.def") {
    test::check_page("protocol-v1.md", tables);
}
