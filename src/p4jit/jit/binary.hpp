// What a module is made of: sections, symbols and bytes at their addresses on
// the device. Lives on the host alone, and longer than the module if need be.
#pragma once

#include "p4jit/base/bytes.hpp"
#include "p4jit/jit/disassembly.hpp"
#include "p4jit/jit/shared.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace p4jit {

namespace jit {
struct Image;
}

struct BinarySection {
    std::string name; ///< ".text", ".rodata", ".data" or ".bss"
    std::uint32_t address, size;
    bool is_code, is_writable;
    bool is_zeros; ///< .bss: its bytes are not stored in files
};

struct BinarySymbol {
    enum class Kind : std::uint8_t { function, object, label };
    std::string name;
    std::uint32_t address;
    std::uint32_t size; ///< of one without a size: to the next symbol
    Kind kind;
    bool is_global;
};

class Binary {
public:
    /// Those that are not empty, by address.
    const std::vector<BinarySection>& sections() const { return sections_; }
    /// Of functions, variables and labels, static ones among them, by address.
    const std::vector<BinarySymbol>& symbols() const { return symbols_; }
    /// The global symbol of that name, else a local one; nullptr if there is none.
    const BinarySymbol* find(std::string_view name) const;

    /// As loaded, .bss as zeros. If code and data are in different memory, the
    /// data's bytes follow the code's.
    ByteView bytes() const;
    /// Those of a section.
    ByteView bytes(const BinarySection& section) const;
    std::uint32_t address() const; ///< of the first byte, which is code if there is any
    /// The code that the device calls: it loads arguments, and calls the first function.
    std::string entry_name() const;
    std::uint32_t entry_address() const;

    /// An ELF executable with symbols and, as far as the objects have it, debug
    /// information: for objdump, readelf, gdb.
    Bytes elf() const;
    /// The machine code as text; assembly, aliases and source as in the options,
    /// the chip is the module's.
    std::string disassemble(DisassemblyOptions options = {}) const;

private:
    friend class Module;
    friend class Builder;
    explicit Binary(std::shared_ptr<const jit::Image> image);

    jit::Shared<const jit::Image> image_;
    std::vector<BinarySection> sections_;
    std::vector<BinarySymbol> symbols_;
};

} // namespace p4jit
