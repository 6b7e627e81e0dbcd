#include "p4jit/wire/messages.hpp"

#include <fmt/format.h>

namespace p4jit::wire {

// Switches, so that two rows with one number do not compile.

std::string meaning(ErrorCode code) {
    switch (code) {
#define V1_ERROR(NAME, number, text)                                                                                   \
    case ErrorCode::NAME: return text;
#include "spec/protocol/v1.def"
    }
    return fmt::format("error {}", static_cast<std::uint32_t>(code));
}

std::size_t request_size(Command command) {
    switch (command) {
#define V1_COMMAND(NAME, id, size, ...)                                                                                \
    case Command::NAME: return size;
#include "spec/protocol/v1.def"
    }
    return 0;
}

} // namespace p4jit::wire
