#include "p4jit/jit/module.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/jit/marshal.hpp"
#include "p4jit/jit/state.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit {

using namespace jit;

namespace {

void check_alive(const ModuleState& module) {
    if (!module.code)
        throw UseAfterFree(fmt::format("{} has been freed and is no longer on the device; load it again", module.name));
}

/// The functions a person means by a name: by their symbol, else by their
/// qualified name, else by their name.
std::vector<std::size_t> functions_named(const ModuleState& module, const std::string& name) {
    using dwarf::Signature;
    for (const auto kind : {&Signature::symbol, &Signature::qualified_name, &Signature::name}) {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < module.functions.size(); ++i)
            if (module.functions[i].signature.*kind == name) found.push_back(i);
        if (!found.empty()) return found;
    }
    return {};
}

[[noreturn]] void several_functions(const ModuleState& module, const std::string& name,
                                    const std::vector<std::size_t>& which) {
    std::vector<std::string> symbols;
    for (const auto index : which) symbols.push_back(module.functions[index].signature.symbol);
    throw FunctionNotFound(fmt::format("there are several functions '{}' in {}: {}. Ask for one by that name.", name,
                                       module.name, join(symbols, ", ")));
}

/// Memory on the device for the arrays of one call.
class Transfers {
public:
    Transfers(DeviceState& device, const dwarf::Signature& signature, Marshalled& call) : call_(call) {
        for (const auto& transfer : call.transfers) {
            const auto size = transfer.array.size;
            copies_.push_back(allocate(device, signature, std::max<std::size_t>(size, 1)));
            if (size != 0) copies_.back().write({transfer.array.data, transfer.array.size});
            store_le(&call.block[transfer.slot], copies_.back().address());
        }
    }

    /// Copies what came back, all of it or nothing.
    void bring_back() {
        std::vector<Bytes> contents;
        for (std::size_t i = 0; i < copies_.size(); ++i) {
            const auto& transfer = call_.transfers[i];
            contents.emplace_back(transfer.comes_back ? transfer.array.size : 0);
            if (!contents.back().empty()) copies_[i].read(contents.back());
        }
        for (std::size_t i = 0; i < copies_.size(); ++i) std::ranges::copy(contents[i], call_.transfers[i].array.data);
    }

private:
    static Memory allocate(DeviceState& device, const dwarf::Signature& signature, std::size_t size) {
        try {
            return device.allocate(size, caps::SPIRAM | caps::BITS_8, 16);
        } catch (const OutOfMemory& error) {
            throw OutOfMemory(fmt::format("{}: no room on the device for an array of {} bytes. {}",
                                          signature.spelling(), size, error.what()));
        }
    }

    Marshalled& call_;
    std::vector<Memory> copies_;
};

} // namespace

const LoadedFunction& Function::loaded() const { return module_->functions[index_]; }
const std::string& Function::name() const { return loaded().signature.qualified_name; }
const dwarf::Signature& Function::signature() const { return loaded().signature; }
std::uint32_t Function::address() const { return loaded().address; }
std::uint32_t Function::entry_address() const { return loaded().thunk; }
const CallStats& Function::last_call() const { return module_->last_call; }

std::uint32_t Function::arguments_address() const {
    check_alive(*module_);
    return module_->arguments->address();
}

Result Function::operator()(std::span<const Argument> arguments, const CallOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    const std::lock_guard lock(module_->mutex);
    check_alive(*module_);
    const auto& function = loaded();
    auto& session = module_->device->session();

    auto call = marshal(function.signature, function.plan, arguments);
    Transfers transfers(*module_->device, function.signature, call);
    if (!call.block.empty()) module_->arguments->write(call.block);
    session.execute(function.thunk, options.timeout);
    Bytes answer(function.plan.block_size - function.plan.result_offset);
    module_->arguments->read(answer, function.plan.result_offset);
    if (options.sync_arrays) transfers.bring_back();

    const auto cycles = load_le<std::uint64_t>(&answer[function.plan.cycles_offset - function.plan.result_offset]);
    module_->last_call = {cycles, module_->device->cpu_hz(), std::chrono::steady_clock::now() - start};
    return unmarshal(function.plan, answer);
}

Scalar Function::number(const Result& result, ScalarType type) {
    const auto* address = std::get_if<DeviceAddress>(&result);
    const auto* scalar = std::get_if<Scalar>(&result);
    if (address == nullptr && scalar == nullptr) throw ArgumentTypeError("the function returns nothing (void)");
    const auto value = scalar != nullptr ? *scalar : Scalar::of(address->value);
    const auto converted = value.converted_to(type);
    if (!converted)
        throw ArgumentValueError(fmt::format("the result {} does not fit {}", value.to_text(), type.spelling()));
    return *converted;
}

void Function::check_types(std::optional<ScalarType> result,
                           const std::vector<std::optional<ScalarType>>& parameters) const {
    const auto& plan = loaded().plan;
    const auto& spelling = loaded().signature.spelling();
    if (parameters.size() != plan.parameters.size())
        throw SignatureError(
            fmt::format("{} takes {} parameters, not {}", spelling, plan.parameters.size(), parameters.size()));
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const auto& actual = plan.parameters[i];
        const bool is_scalar = actual.kind == ParameterType::Kind::scalar;
        if (is_scalar != parameters[i].has_value() || (is_scalar && actual.scalar != *parameters[i]))
            throw SignatureError(fmt::format("{}: parameter {} is {}, not {}", spelling, i + 1,
                                             is_scalar ? actual.scalar.spelling() : "a pointer",
                                             parameters[i] ? parameters[i]->spelling() : "an array"));
    }
    const bool returns_number = plan.result.kind == ResultType::Kind::scalar;
    if (result && (!returns_number || plan.result.scalar != *result))
        throw SignatureError(fmt::format("{} does not return {}", spelling, result->spelling()));
}

std::vector<std::string> Module::functions() const {
    std::vector<std::string> names;
    for (const auto& function : state_->functions) names.push_back(function.signature.qualified_name);
    return names;
}

Function Module::function(const std::string& name) const {
    check_alive(*state_);
    const auto found = functions_named(*state_, name);
    if (found.size() == 1) return Function(state_, found.front());
    if (found.size() > 1) several_functions(*state_, name, found);
    for (const auto& [uncallable, why] : state_->uncallable)
        if (uncallable == name) throw SignatureError(why);
    const auto there = functions();
    auto message = fmt::format("no function '{}' in {}. It defines: {}.", name, state_->name, join(there, ", "));
    if (const auto near = nearest(name, there); !near.empty()) message += fmt::format(" Did you mean '{}'?", near);
    throw FunctionNotFound(message);
}

std::uint32_t Module::address() const {
    check_alive(*state_);
    return state_->code->address();
}
std::uint32_t Module::size() const { return state_->size; }
isa::ChipRevision Module::revision() const { return state_->device->options().revision; }
const std::string& Module::warnings() const { return state_->warnings; }
std::chrono::nanoseconds Module::compile_time() const { return state_->compile_time; }
std::chrono::nanoseconds Module::link_time() const { return state_->link_time; }
bool Module::from_cache() const { return state_->from_cache; }

void Module::free() {
    const std::lock_guard lock(state_->mutex);
    state_->code.reset();
    state_->arguments.reset();
}

} // namespace p4jit
