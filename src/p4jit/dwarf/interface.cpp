// From entries to Signatures and Variables, and to the symbols they belong to.
#include "p4jit/base/text.hpp"
#include "p4jit/dwarf/line_header.hpp"
#include "p4jit/dwarf/ranges.hpp"
#include "p4jit/dwarf/signature.hpp"
#include "p4jit/dwarf/type_reader.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace p4jit::dwarf {

namespace {

/// Did the compiler leave types out (-g1)? GCC's producer lists its options;
/// clang then describes no functions at all.
bool has_no_types(const Unit& unit) {
    bool lines_only = false;
    for (const auto option : split(unit.producer, ' ')) {
        if (option == "-g1" || option == "-ggdb1") lines_only = true;
        if (option == "-g" || option == "-g2" || option == "-g3" || option.starts_with("-ggdb"))
            lines_only = option == "-ggdb1";
    }
    return lines_only;
}

class InterfaceReader {
public:
    explicit InterfaceReader(const elf::Object& object)
        : object_(object),
          sections_(object),
          info_(sections_),
          outline_(info_),
          types_(info_, outline_),
          files_(info_) {
        for (const auto& symbol : object_.symbols())
            if (symbol.placed() && symbol.type != elf::SymbolType::section && !symbol.name.empty())
                symbols_.emplace_back(Place{symbol.section, symbol.value}, symbol.index);
        std::sort(symbols_.begin(), symbols_.end());
    }

    Interface run() {
        for (const auto& unit : info_.units())
            if (unit.assembler() || has_no_types(unit)) untyped_.insert(&unit);
        for (const auto& entry : outline_.functions()) read_function(entry, &InterfaceReader::find_own_code);
        for (const auto& entry : outline_.functions()) read_function(entry, &InterfaceReader::find_folded_code);
        for (const auto& entry : outline_.variables()) read_variable(entry);
        types_.finish();
        // Beyond this point every Type is complete.
        const auto by_place = [](const auto& a, const auto& b) {
            return std::tie(a.place, a.line) < std::tie(b.place, b.line);
        };
        std::stable_sort(result_.functions.begin(), result_.functions.end(), by_place);
        std::stable_sort(result_.variables.begin(), result_.variables.end(), by_place);
        find_undescribed();
        return std::move(result_);
    }

private:
    using FindCode = bool (InterfaceReader::*)(const Entry&, Signature&);
    void read_function(const Entry& entry, FindCode find_code);
    void read_variable(const Entry& entry);
    void read_parameters(const Entry& entry, Signature& signature);
    bool find_own_code(const Entry& entry, Signature& signature);
    bool find_folded_code(const Entry& entry, Signature& signature);
    const elf::Symbol* symbol_at(Place place, std::string_view name, bool external) const;
    std::optional<Place> place_of(const Entry& variable) const;
    std::string link_name(const Entry& entry, std::string_view name) const;
    void find_undescribed();

    elf::Object object_;
    DebugSections sections_;
    Info info_;
    Outline outline_;
    TypeReader types_;
    SourceFiles files_;
    std::set<const Unit*> untyped_;
    std::vector<std::pair<Place, std::uint32_t>> symbols_;   ///< sorted; index into symbols()
    std::set<std::pair<std::string_view, Place>> described_; ///< functions, by symbol
    Interface result_;
};

/// The entry that this one is an instance of, having all the parameters; an
/// instance lists them in any order and leaves some out.
Entry abstract_instance(const Info& info, Entry entry) {
    for (int hops = 0; hops < 8; ++hops) {
        const auto origin = info.reference(entry, DW_AT_abstract_origin);
        if (!origin) break;
        const auto next = info.entry(*origin);
        if (next.abbreviation == nullptr) break;
        entry = next;
    }
    return entry;
}

void InterfaceReader::read_function(const Entry& entry, FindCode find_code) {
    if (untyped_.contains(entry.unit) || info_.flag(entry, DW_AT_declaration)) return;
    const auto root = abstract_instance(info_, entry);
    const auto named = info_.owner(root, DW_AT_name);
    if (!named || untyped_.contains(root.unit)) return;

    Signature signature;
    signature.name = info_.text(*named, DW_AT_name);
    const auto external = info_.owner(root, DW_AT_external);
    signature.is_external = external && info_.flag(*external, DW_AT_external);
    if (!(this->*find_code)(entry, signature)) return;

    signature.qualified_name = outline_.qualified_name(root);
    signature.result = types_.type(types_.type_of(root));
    signature.is_cxx = root.unit->cxx();
    const auto prototyped = info_.owner(root, DW_AT_prototyped);
    signature.is_unprototyped = !signature.is_cxx && !(prototyped && info_.flag(*prototyped, DW_AT_prototyped));
    read_parameters(root, signature);
    signature.file = files_.declared_in(root);
    if (const auto line = info_.owner(root, DW_AT_decl_line))
        signature.line = static_cast<std::uint32_t>(info_.constant(*line, DW_AT_decl_line).value_or(0));
    result_.functions.push_back(std::move(signature));
}

void InterfaceReader::read_parameters(const Entry& entry, Signature& signature) {
    info_.for_children(entry, [&](const Entry& child) {
        switch (child.tag()) {
        case DW_TAG_unspecified_parameters: signature.is_variadic = true; break;
        // GCC wraps the parameters that a C++ pack stands for.
        case DW_TAG_GNU_formal_parameter_pack: read_parameters(child, signature); break;
        case DW_TAG_formal_parameter: {
            Parameter parameter;
            if (const auto named = info_.owner(child, DW_AT_name)) parameter.name = info_.text(*named, DW_AT_name);
            parameter.type = types_.type(types_.type_of(child));
            const auto artificial = info_.owner(child, DW_AT_artificial);
            parameter.is_artificial = artificial && info_.flag(*artificial, DW_AT_artificial);
            signature.parameters.push_back(std::move(parameter));
            break;
        }
        default: break;
        }
    });
}

std::string InterfaceReader::link_name(const Entry& entry, std::string_view name) const {
    for (const auto attribute : {DW_AT_linkage_name, DW_AT_MIPS_linkage_name})
        if (const auto owner = info_.owner(entry, attribute)) return std::string(info_.text(*owner, attribute));
    return std::string(name);
}

/// Where the function is and which symbol calls it. False if it is not defined
/// here, or is a clone whose parameters an optimiser changed.
bool InterfaceReader::find_own_code(const Entry& entry, Signature& signature) {
    const auto name = link_name(entry, signature.name);
    if (sections_.early()) {
        signature.symbol = name;
        return true;
    }
    for (const auto& range : address_ranges(info_, entry)) {
        const auto place = sections_.addresses().place(range.low);
        const auto* symbol = symbol_at(*place, name, signature.is_external);
        if (symbol == nullptr || !symbol->function()) continue;
        signature.symbol = symbol->name;
        signature.place = place;
        signature.size = symbol->size != 0 ? symbol->size : range.high - range.low;
        return described_.emplace(symbol->name, *place).second;
    }
    return false;
}

/// GCC gives a function that became a copy of another one (-fipa-icf) code and
/// a symbol, but no address in its entry.
bool InterfaceReader::find_folded_code(const Entry& entry, Signature& signature) {
    if (sections_.early() || !signature.is_external || info_.has(entry, DW_AT_abstract_origin)) return false;
    const auto* symbol = object_.symbol(link_name(entry, signature.name));
    if (symbol == nullptr || !symbol->placed() || !symbol->function() || symbol->local()) return false;
    signature.symbol = symbol->name;
    signature.place = Place{symbol->section, symbol->value};
    signature.size = symbol->size;
    return described_.emplace(symbol->name, *signature.place).second;
}

/// The symbol at the place that has the name, or else one that has it with a
/// suffix which leaves the calling convention alone (f.lto_priv.0), or else one
/// with a name that is not told here (__asm__("name"), static C++ functions).
const elf::Symbol* InterfaceReader::symbol_at(Place place, std::string_view name, bool external) const {
    const elf::Symbol* renamed = nullptr;
    auto at = std::lower_bound(symbols_.begin(), symbols_.end(), std::pair(place, std::uint32_t{0}));
    for (; at != symbols_.end() && at->first == place; ++at) {
        const auto& symbol = object_.symbols()[at->second];
        sections_.effort().spend(1 + name.size() / 8);
        if (symbol.name == name) return &symbol;
        const bool is_private_copy =
            !external && symbol.name.starts_with(name) && symbol.name.substr(name.size()).starts_with(".lto_priv.");
        // Mapping symbols ("$xrv32…") are at the same place.
        const bool is_typed = symbol.type != elf::SymbolType::notype;
        const bool is_other_name = is_typed && external != symbol.local() && symbol.name.find('.') == symbol.name.npos;
        if (is_private_copy || is_other_name) renamed = &symbol;
    }
    return renamed;
}

void InterfaceReader::read_variable(const Entry& entry) {
    if (untyped_.contains(entry.unit) || info_.flag(entry, DW_AT_declaration)) return;
    const auto named = info_.owner(entry, DW_AT_name);
    if (!named) return;
    Variable variable;
    variable.name = info_.text(*named, DW_AT_name);
    const auto external = info_.owner(entry, DW_AT_external);
    variable.is_external = external && info_.flag(*external, DW_AT_external);
    variable.symbol = link_name(entry, variable.name);
    if (!sections_.early()) {
        variable.place = place_of(entry);
        const auto* symbol = variable.place ? symbol_at(*variable.place, variable.symbol, variable.is_external)
                                            : object_.symbol(variable.symbol);
        // Without a place only a common symbol is a definition.
        if (symbol == nullptr || (!variable.place && !symbol->common())) return;
        variable.symbol = symbol->name;
    }
    variable.qualified_name = outline_.qualified_name(entry);
    variable.type = types_.type(types_.type_of(entry));
    variable.file = files_.declared_in(entry);
    if (const auto line = info_.owner(entry, DW_AT_decl_line))
        variable.line = static_cast<std::uint32_t>(info_.constant(*line, DW_AT_decl_line).value_or(0));
    result_.variables.push_back(std::move(variable));
}

std::optional<Place> InterfaceReader::place_of(const Entry& variable) const {
    const auto location = info_.find(variable, DW_AT_location);
    if (!location || !location->is_block()) return std::nullopt;
    Cursor at(location->bytes);
    std::uint32_t address = 0;
    const auto operation = at.u8();
    if (operation == DW_OP_addr)
        address = at.u32();
    else if (operation == DW_OP_addrx)
        address = info_.indexed_address(*variable.unit, at.uleb128());
    else
        return std::nullopt;
    // clang merges small variables into one and counts from its start.
    if (!at.done() && at.u8() == DW_OP_plus_uconst) address += static_cast<std::uint32_t>(at.uleb128());
    if (!at.done()) return std::nullopt; // thread-local, or computed
    return sections_.addresses().place(address);
}

void InterfaceReader::find_undescribed() {
    if (object_.kind() != elf::ObjectKind::relocatable) return;
    std::set<Place> places;
    for (const auto& [symbol, place] : described_) places.insert(place);
    for (const auto& symbol : object_.symbols()) {
        if (symbol.local() || !object_.is_code(symbol)) continue;
        const Place place{symbol.section, symbol.value};
        // A C++ constructor has two names but one description.
        const bool second_name = symbol.name.starts_with("_Z") && places.contains(place);
        if (!second_name && !described_.contains({symbol.name, place})) result_.undescribed.emplace_back(symbol.name);
    }
}

} // namespace

Interface read_interface(const elf::Object& object) { return InterfaceReader(object).run(); }
std::vector<Signature> signatures(const elf::Object& object) { return read_interface(object).functions; }
std::vector<Variable> globals(const elf::Object& object) { return read_interface(object).variables; }

} // namespace p4jit::dwarf
