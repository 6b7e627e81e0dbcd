#include "p4jit/jit/build.hpp"

#include "p4jit/base/bits.hpp"
#include "p4jit/jit/program.hpp"
#include "p4jit/jit/state.hpp"
#include "p4jit/jit/thunk.hpp"
#include "p4jit/link/relocate.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit {

using namespace jit;

struct jit::BuildState {
    std::string name, entry_name, warnings;
    BuildTarget target;
    std::shared_ptr<Image> image;
    std::optional<Binary> binary;
    std::optional<LoadedFunction> function; ///< with a block of arguments
    std::uint32_t entry = 0;
    std::optional<std::uint32_t> constructors;
    /// Of the firmware whose functions are called; empty: none are.
    Bytes firmware_id;

    std::uint32_t padding() const { return image->addresses.code - target.address; }
};

namespace {

/// The symbol of the function, and its signature if debug information tells it.
std::pair<std::string, const dwarf::Signature*> find_function(const Program& program, const std::string& function) {
    for (const auto& interface : program.interfaces())
        if (const auto* described = interface.function(function); described != nullptr && described->is_external)
            return {described->symbol, described};
    return {function, nullptr};
}

/// The block of the original has no room for a count of cycles.
CallPlan plan_in_original_block(const dwarf::Signature& signature) {
    auto plan = plan_call(signature, BlockLayout::original);
    plan.counts_cycles = false;
    plan.block_size = plan.cycles_offset;
    return plan;
}

bool uses_firmware(const Image& image) {
    return std::ranges::any_of(symbols_of(image), [](const auto& symbol) { return !symbol.section; });
}

class Linker {
public:
    Linker(BuildState& state, link::Plan plan, const isa::ChipRevision& revision) : state_(state) {
        state_.image = std::make_shared<Image>(Image{.plan = std::move(plan), .revision = revision});
    }

    void run(const std::string& symbol, const dwarf::Signature* signature) {
        auto& image = *state_.image;
        const auto block = state_.target.arguments;
        if (block) state_.function = LoadedFunction{*signature, plan_in_original_block(*signature), 0, 0};
        const auto thunk = block ? make_thunk(state_.function->plan, 0, *block) : Bytes();
        const auto initializers = make_call_sequence(std::vector<std::uint32_t>(image.plan.initializers().size()));
        if (block) image.plan.make_room_in_front(static_cast<std::uint32_t>(thunk.size()));
        std::uint32_t behind = 0;
        if (!image.plan.initializers().empty())
            behind = image.plan.make_room(static_cast<std::uint32_t>(initializers.size()));
        // Beyond this point every address is final.
        image.addresses = image.plan.together(align_up(state_.target.address, image.plan.alignment()));
        image.bytes = link::relocate(image.plan, image.addresses);
        state_.entry = image.address(*image.plan.find(symbol));
        if (block) put_thunk(*block);
        if (!image.plan.initializers().empty()) put_constructors(behind);
    }

private:
    void put_thunk(std::uint32_t block) {
        auto& function = *state_.function;
        function.address = state_.entry;
        function.thunk = state_.entry = put("call_remote", 0, make_thunk(function.plan, function.address, block));
        state_.entry_name = "call_remote";
    }

    void put_constructors(std::uint32_t at) {
        std::vector<std::uint32_t> constructors;
        for (const auto offset : state_.image->plan.initializers())
            constructors.push_back(load_le<std::uint32_t>(&state_.image->bytes[offset]));
        state_.constructors = put("call_constructors", at, make_call_sequence(constructors));
    }

    std::uint32_t put(std::string name, std::uint32_t at, const Bytes& code) {
        auto& image = *state_.image;
        std::ranges::copy(code, image.bytes.begin() + at);
        image.thunk_list.push_back({std::move(name), at, static_cast<std::uint32_t>(code.size())});
        return image.addresses.code + at;
    }

    BuildState& state_;
};

} // namespace

Builder::Builder(DeviceOptions options) : state_(DeviceState::without_device(std::move(options))) {}
Builder::Builder(const Device& device) : state_(device.state_) {}

Build Builder::build(std::span<const Source> sources, const std::string& function, const BuildTarget& target,
                     LoadOptions options) const {
    for (const auto address : {target.address, target.arguments.value_or(0)})
        if (address % 4 != 0) throw UsageError(fmt::format("Address 0x{:08x} not 4-byte aligned", address));
    options.functions = {function};
    auto state = std::make_shared<BuildState>();
    state->target = target;
    state->entry_name = function;
    Program program(*state_, sources, options);
    Linker linker(*state, program.link(), state_->revision());
    const auto [symbol, signature] = find_function(program, function);
    if (target.arguments && signature == nullptr)
        throw SignatureError(fmt::format("{} has no debug information that tells its parameters: it is written in "
                                         "assembly. Declare it in a C file that calls it, and build that function",
                                         function));
    linker.run(symbol, signature);
    state->name = program.name();
    state->warnings = program.warnings();
    state->binary = Binary(state->image);
    if (const auto* firmware = state_->firmware(); firmware != nullptr && uses_firmware(*state->image)) {
        const auto id = firmware->build_id();
        state->firmware_id.assign(id.begin(), id.end());
    }
    return Build(state);
}

const Binary& Build::binary() const { return *state_->binary; }
std::uint32_t Build::address() const { return state_->target.address; }
std::uint32_t Build::entry_address() const { return state_->entry; }
std::uint32_t Build::alignment() const { return state_->image->plan.alignment(); }
const std::string& Build::entry_name() const { return state_->entry_name; }
std::optional<std::uint32_t> Build::constructors() const { return state_->constructors; }
const std::string& Build::warnings() const { return state_->warnings; }

Bytes Build::data() const {
    Bytes bytes(state_->padding());
    bytes.insert(bytes.end(), state_->image->bytes.begin(), state_->image->bytes.end());
    return bytes;
}

const dwarf::Signature* Build::signature() const { return state_->function ? &state_->function->signature : nullptr; }

std::vector<BlockSlot> Build::slots() const {
    std::vector<BlockSlot> slots;
    if (state_->function)
        for (const auto& parameter : state_->function->plan.parameters)
            slots.push_back({parameter.slot, parameter.kind == ParameterType::Kind::pointer
                                                 ? 4u
                                                 : static_cast<std::uint32_t>(parameter.element.size())});
    return slots;
}

BlockSlot Build::result_slot() const {
    if (!state_->function) return {};
    const auto& plan = state_->function->plan;
    return {plan.result_offset, static_cast<std::uint32_t>(plan.result.element.size())};
}

std::uint32_t Build::block_size() const {
    return std::max(128u, state_->function ? state_->function->plan.block_size : 0u);
}

namespace {

void check_owned(session::Session& session, std::uint32_t address, std::uint32_t size, std::string_view what) {
    for (const auto& block : session.blocks())
        if (address - block.address <= block.size && size <= block.size - (address - block.address)) return;
    throw AccessDenied(fmt::format("{} needs {} bytes at 0x{:08X}, which are not inside one block that was allocated "
                                   "on {}: allocate them, and build for where they are",
                                   what, size, address, session.name()));
}

/// Addresses of functions of another firmware would lead anywhere.
void check_firmware(session::Session& session, const BuildState& build) {
    const auto* device = session.speaks_v2() ? session.device() : nullptr;
    const auto& id = build.firmware_id;
    if (device == nullptr || id.size() < std::size(device->build)) return;
    if (std::equal(std::begin(device->build), std::end(device->build), id.begin())) return;
    throw BadObject(fmt::format("{} was linked against another firmware than the one that runs on {}: their build IDs "
                                "differ. Name the ELF of the firmware that is there",
                                build.name, session.name()));
}

} // namespace

Function Device::attach(const Build& build) {
    const auto& built = *build.state_;
    if (!built.function)
        throw UsageError(fmt::format("the image of {} has no block of arguments: build it with the address of one",
                                     built.entry_name));
    const auto size = static_cast<std::uint32_t>(built.padding() + built.image->bytes.size());
    check_firmware(state_->session(), built);
    check_owned(state_->session(), built.target.address, size, built.name);
    check_owned(state_->session(), *built.target.arguments, build.block_size(), "its block of arguments");
    auto module = std::make_shared<ModuleState>();
    module->device = state_;
    module->name = built.name;
    module->image = built.image;
    module->code = state_->borrow(built.target.address, size);
    module->arguments = state_->borrow(*built.target.arguments, build.block_size());
    module->has_fixed_block = true;
    module->functions.push_back(*built.function);
    state_->remember(module);
    return Function(module, 0);
}

} // namespace p4jit
