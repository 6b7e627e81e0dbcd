// Pages of docs/ with parts between markers, which must say what the rows say.
#pragma once

#include "p4jit/base/file.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <utility>

namespace p4jit::test {

/// Compares every part, by the name of its marker, with what the page has; with
/// P4JIT_UPDATE_DOCS set, brings the page up to date instead.
inline void check_page(const std::string& name, const auto& parts) {
    const auto path = P4JIT_SOURCE_DIR "/docs/" + name;
    auto page = read_text(path);
    const auto before = page;
    for (const auto& [marker_name, part] : parts) {
        const auto marker = fmt::format("<!-- {} -->\n", marker_name);
        const auto begin = page.find(marker);
        REQUIRE_MESSAGE(begin != std::string::npos, marker);
        const auto end = page.find("<!-- end -->", begin);
        REQUIRE_MESSAGE(end != std::string::npos, marker);
        page.replace(begin + marker.size(), end - begin - marker.size(), part);
    }
    if (std::getenv("P4JIT_UPDATE_DOCS")) return write_file(path, as_bytes(page));
    CHECK_MESSAGE(page == before, "docs/" << name << " is stale: run the test with P4JIT_UPDATE_DOCS=1");
}

} // namespace p4jit::test
