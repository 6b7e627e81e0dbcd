#include "p4jit/jit/locate.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/dwarf/line_table.hpp"
#include "p4jit/jit/source_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit::jit {

namespace {

constexpr std::uint32_t near_null = 4096, near_block = 4096;

bool is_of(const session::Block& block, const std::optional<Memory>& memory) {
    return memory && memory->address() == block.address;
}

} // namespace

Location Locator::locate(std::uint32_t address) {
    for (const auto& module : modules_)
        if (const auto offset = module->offset(address)) return locate(*module, *offset);
    return locate_in_firmware(address);
}

Location Locator::locate(const ModuleState& module, std::uint32_t offset) {
    Location location;
    location.is_thunk = offset - module.image->thunks.offset < module.image->thunks.size;
    const auto place = module.image->plan.source(offset);
    if (!place) return location;
    if (const auto* symbol = place->object->function_at(place->section, place->offset)) {
        location.function = symbol->name;
        const auto start = offset - (place->offset - symbol->value);
        if (start <= offset && start < module.image->bytes.size())
            location.code = Code{module.image->addresses.code + start, ByteView(module.image->bytes).subspan(start)};
    }
    if (!dwarf::has_debug_info(*place->object)) return location;
    const auto table = dwarf::LineTable::read(*place->object);
    const dwarf::Place at{place->section, place->offset};
    if (const auto name = table.function(at); !name.empty()) location.function = name;
    if (const auto line = table.find(at)) {
        location.file = line->file;
        location.line = line->line;
        location.text = SourceText(module.image->texts).line(line->file, line->line);
    }
    return location;
}

Location Locator::locate_in_firmware(std::uint32_t address) {
    Location location;
    const auto* firmware = device_.firmware();
    if (firmware == nullptr) return location;
    const auto* section = firmware->section_at(address);
    const auto* symbol = firmware->function_at(address);
    if (section == nullptr || !section->executable() || symbol == nullptr) return location;
    location.function = symbol->name;
    const auto offset = symbol->value - section->address;
    if (offset < section->contents.size()) location.code = Code{symbol->value, section->contents.subspan(offset)};
    const auto* table = device_.firmware_lines();
    if (table == nullptr) return location;
    if (const auto line = table->find(address)) {
        location.file = line->file;
        location.line = line->line;
    }
    return location;
}

std::string Locator::name_of(const session::Block& block) const {
    for (const auto& module : modules_)
        if (is_of(block, module->code) || is_of(block, module->data)) return "the module " + module->name;
    return "the buffer";
}

std::string Locator::describe(std::uint32_t address, const wire::v2::FaultReport& report) {
    if (address == 0) return "NULL";
    if (address < near_null) return "just past NULL";
    if (report.stack_low - address <= near_block && address < report.stack_low)
        return fmt::format("below the stack of {} bytes", report.stack_high - report.stack_low);
    if (address >= report.stack_low && address < report.stack_high) return "in the stack";
    for (const auto& block : device_.session().blocks()) {
        const auto what = fmt::format("{} at {:#010x} ({} bytes)", name_of(block), block.address, block.size);
        if (address - block.address < block.size) return "in " + what;
        const auto end = block.address + block.size;
        if (address - end < near_block) return fmt::format("{} bytes behind the end of {}", address - end, what);
        if (block.address - address <= near_block)
            return fmt::format("{} bytes before {}", block.address - address, what);
    }
    const auto location = locate(address);
    return location.function.empty() ? std::string() : fmt::format("in the firmware's {}()", location.function);
}

} // namespace p4jit::jit
