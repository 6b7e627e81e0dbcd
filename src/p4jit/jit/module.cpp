#include "p4jit/jit/module.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/jit/invoke.hpp"
#include "p4jit/jit/placer.hpp"
#include "p4jit/jit/state.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit {

using namespace jit;

void ModuleState::check_alive() const {
    if (!code) throw UseAfterFree(fmt::format("{} has been freed and is no longer on the device; load it again", name));
}

namespace {

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

} // namespace

const LoadedFunction& Function::loaded() const { return module_->functions[index_]; }
const std::string& Function::name() const { return loaded().signature.qualified_name; }
const dwarf::Signature& Function::signature() const { return loaded().signature; }
std::uint32_t Function::address() const { return loaded().address; }
std::uint32_t Function::entry_address() const { return loaded().thunk; }
const CallStats& Function::last_call() const { return module_->last_call; }

std::uint32_t Function::arguments_address() const {
    module_->check_alive();
    if (!module_->arguments) module_->allocate_arguments();
    return module_->arguments->address();
}

Result Function::operator()(std::span<const Argument> arguments, const CallOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    const std::lock_guard lock(module_->mutex);
    module_->check_alive();
    const auto& function = loaded();
    const auto& session = module_->device->session();

    const auto round_trips = session.round_trips();
    const auto invoked = invoke(*module_, function, marshal(function.signature, function.plan, arguments), options);
    const auto cycles = &invoked.block[function.plan.cycles_offset - function.plan.result_offset];
    module_->last_call = {.cycles = load_le<std::uint64_t>(cycles),
                          .cpu_hz = module_->device->cpu_hz(),
                          .host_time = std::chrono::steady_clock::now() - start,
                          .round_trips = session.round_trips() - round_trips,
                          .stack = invoked.stack};
    return unmarshal(function.plan, invoked.block);
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
    state_->check_alive();
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
    state_->check_alive();
    return state_->code->address();
}
std::uint32_t Module::size() const { return state_->size(); }
isa::ChipRevision Module::revision() const { return state_->device->revision(); }
const std::string& Module::warnings() const { return state_->warnings; }
std::chrono::nanoseconds Module::compile_time() const { return state_->compile_time; }
std::chrono::nanoseconds Module::link_time() const { return state_->link_time; }
bool Module::from_cache() const { return state_->from_cache; }

void Module::reload() {
    const std::lock_guard lock(state_->mutex);
    state_->check_alive();
    place_again(*state_);
}

Binary Module::binary() const { return Binary(state_->image); }

void Module::free() {
    const std::lock_guard lock(state_->mutex);
    state_->code.reset();
    state_->data.reset();
    state_->arguments.reset();
}

} // namespace p4jit
