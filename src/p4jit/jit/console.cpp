#include "p4jit/jit/console.hpp"

#include "p4jit/base/printable.hpp"
#include "p4jit/transport/program.hpp"

#include <cstdio>
#include <memory>

namespace p4jit::jit {

namespace {

void print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

} // namespace

std::function<void(std::string_view)> stdout_console() {
    if (!transport::prints_on_terminal()) return print;
    return [filter = std::make_shared<TerminalFilter>()](std::string_view text) { print((*filter)(text)); };
}

} // namespace p4jit::jit
