// The linter at work: on every load, and on a file for `p4jit lint`.
#pragma once

#include "p4jit/base/deadline.hpp"
#include "p4jit/base/log.hpp"
#include "p4jit/lint/lint.hpp"

#include <filesystem>
#include <string>

namespace p4jit {

struct LintOptions {
    isa::ChipRevision revision; ///< of the chip that shall run the code
    InterruptCheck interrupted;
};

/// Warnings and notes about a source, which is compiled first, or an object.
/// Throws SourceNotFound, BadObject, CompileError, and LinkError for an object
/// of the other chip family.
std::vector<lint::Finding> lint_file(const std::filesystem::path& file, const LintOptions& options = {});

namespace jit {

/// The object's warnings, one below the other. Those that this process has not
/// logged before are.
std::string log_lint_warnings(const elf::Object& object, isa::ChipRevision revision, const Log& log);

} // namespace jit
} // namespace p4jit
