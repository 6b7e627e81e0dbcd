#include "p4jit/jit/module.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/jit/invoke.hpp"
#include "p4jit/jit/placer.hpp"
#include "p4jit/jit/state.hpp"
#include "p4jit/jit/wanted.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace p4jit {

using namespace jit;

void ModuleState::check_alive() const {
    if (lost)
        throw UseAfterFree(
            fmt::format("{} went with an earlier session: the device was connected again since. Load it again", name));
    if (!code) throw UseAfterFree(fmt::format("{} has been freed and is no longer on the device; load it again", name));
}

std::unique_lock<std::timed_mutex> ModuleState::lock() {
    device->session().check_not_in_callback();
    const auto deadline = Deadline::never(device->options().interrupted);
    std::unique_lock guard(mutex, std::defer_lock);
    while (!guard.try_lock_for(deadline.slice())) {
    }
    return guard;
}

namespace {

/// Does the name mean that function, in any spelling of templates and parameters?
bool is_meant(const dwarf::Signature& signature, const std::string& name) {
    const auto full = without_spaces(with_parameters(signature));
    const auto scope = signature.qualified_name.size() - signature.name.size();
    for (const auto& spelling : {signature.qualified_name, signature.name})
        if (without_spaces(spelling) == name) return true;
    return full == name || full.substr(without_spaces(signature.qualified_name.substr(0, scope)).size()) == name;
}

/// The functions a person means by a name: by their symbol, else by their
/// qualified name, else by their name, else with their parameters.
std::vector<std::size_t> functions_named(const ModuleState& module, const std::string& name) {
    using dwarf::Signature;
    for (std::size_t i = 0; i < module.functions.size(); ++i)
        if (module.functions[i].asked_as == name) return {i};
    for (const auto kind : {&Signature::symbol, &Signature::qualified_name, &Signature::name}) {
        std::vector<std::size_t> found;
        for (std::size_t i = 0; i < module.functions.size(); ++i)
            if (module.functions[i].signature.*kind == name) found.push_back(i);
        if (!found.empty()) return found;
    }
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < module.functions.size(); ++i)
        if (is_meant(module.functions[i].signature, without_spaces(name))) found.push_back(i);
    return found;
}

/// An address means nothing on another device.
void check_devices(const ModuleState& module, const LoadedFunction& function, std::span<const Argument> arguments) {
    const auto is_elsewhere = [&](const void* device) { return device != nullptr && device != module.device.get(); };
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto* array = std::get_if<DeviceArray>(&arguments[i].value);
        const auto* address = std::get_if<DeviceAddress>(&arguments[i].value);
        const bool is_bad = (array != nullptr && array->device != module.device.get()) ||
                            (address != nullptr && is_elsewhere(address->device));
        if (is_bad)
            throw ArgumentValueError(fmt::format("{}: argument {} is {} on another device than the function",
                                                 function.signature.spelling(), i + 1,
                                                 array != nullptr ? "a buffer" : "something"));
    }
}

} // namespace

const LoadedFunction& Function::loaded() const { return module_->functions[index_]; }
const std::string& Function::name() const { return loaded().signature.qualified_name; }
const dwarf::Signature& Function::signature() const { return loaded().signature; }
const CallPlan& Function::plan() const { return loaded().plan; }
std::uint32_t Function::address() const { return loaded().address; }
std::uint32_t Function::entry_address() const { return loaded().thunk; }
Function::operator Argument() const {
    module_->check_alive();
    return DeviceAddress{address(), module_->device.get()};
}
const CallStats& Function::last_call() const { return module_->last_call; }

std::uint32_t Function::arguments_address() const {
    module_->check_alive();
    if (!module_->arguments) module_->allocate_arguments();
    return module_->arguments->address();
}

Result Function::operator()(std::span<const Argument> arguments, const CallOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    const auto lock = module_->lock();
    module_->check_alive();
    const auto& function = loaded();
    const auto& session = module_->device->session();

    check_devices(*module_, function, arguments);
    const auto round_trips = session.round_trips();
    const auto invoked = invoke(*module_, function, marshal(function.signature, function.plan, arguments), options);
    const auto& plan = function.plan;
    const auto cycles_at = plan.cycles_offset - plan.result_offset;
    module_->last_call = {.cycles = plan.counts_cycles ? load_le<std::uint64_t>(&invoked.block[cycles_at]) : 0,
                          .cpu_hz = module_->device->cpu_hz(),
                          .host_time = std::chrono::steady_clock::now() - start,
                          .round_trips = session.round_trips() - round_trips,
                          .stack = invoked.stack};
    return unmarshal(plan, invoked.block);
}

Scalar Function::number(const Result& result, ScalarType type) {
    if (std::holds_alternative<std::monostate>(result)) throw ArgumentTypeError("the function returns nothing (void)");
    if (const auto* structure = std::get_if<Record>(&result))
        throw ArgumentTypeError(fmt::format("the function returns {}, no number", structure->type.spelling()));
    const auto* address = std::get_if<DeviceAddress>(&result);
    const auto value = address != nullptr ? Scalar::of(address->value) : std::get<Scalar>(result);
    const auto converted = value.converted_to(type);
    if (!converted)
        throw ArgumentValueError(fmt::format("the result {} does not fit {}", value.to_text(), type.spelling()));
    return *converted;
}

const Record& Function::record(const Result& result) {
    if (const auto* structure = std::get_if<Record>(&result)) return *structure;
    throw ArgumentTypeError("the function returns no structure");
}

namespace {

/// Why the parameter does not take what the C++ type says; empty if it does.
std::string difference(const ParameterType& actual, const CxxType& wanted) {
    const bool is_pointer = actual.kind == ParameterType::Kind::pointer;
    const bool refers = actual.is_reference && actual.points_to_const;
    const auto describe = [&] { return is_pointer ? "a pointer" : actual.element.spelling(); };
    if (wanted.kind == CxxType::Kind::value) {
        if (is_pointer && !refers) return fmt::format("is {}, not {}", describe(), wanted.element.spelling());
        const bool is_other_kind = actual.element.is_number() != wanted.element.is_number();
        const auto why = is_other_kind ? "" : actual.element.difference(wanted.element, "the C++ type");
        if (is_other_kind || (!why.empty() && actual.element.is_number()))
            return fmt::format("is {}, not {}", describe(), wanted.element.spelling());
        return why.empty() ? "" : fmt::format("is {}, and {}", describe(), why);
    }
    if (!is_pointer) return fmt::format("is {}, not an array", describe());
    if (wanted.element.kind() == ElementType::Kind::unknown) return {};
    if (wanted.element_is_const && !actual.points_to_const)
        return "is a pointer that the function may write to, not one to const";
    if (wanted.is_copy && !actual.points_to_const)
        return "is a pointer that the function may write to, and what it writes into a copy would be lost: take a "
               "std::span or a reference";
    const auto why = actual.element.difference(wanted.element, "the C++ type");
    return why.empty() ? "" : fmt::format("is a pointer to {}, and {}", actual.element.spelling(), why);
}

bool returns(const ResultType& actual, const CxxType& wanted) {
    switch (wanted.kind) {
    case CxxType::Kind::none: return true;
    case CxxType::Kind::pointer: return actual.kind == ResultType::Kind::pointer;
    case CxxType::Kind::value: break;
    }
    if (actual.kind == ResultType::Kind::none || actual.kind == ResultType::Kind::pointer) return false;
    return actual.element.is_number() == wanted.element.is_number() && actual.element == wanted.element;
}

} // namespace

void Function::check_types(const CxxType& result, const std::vector<CxxType>& parameters) const {
    const auto& plan = loaded().plan;
    const auto& spelling = loaded().signature.spelling();
    if (parameters.size() != plan.parameters.size())
        throw SignatureError(
            fmt::format("{} takes {} parameters, not {}", spelling, plan.parameters.size(), parameters.size()));
    for (std::size_t i = 0; i < parameters.size(); ++i)
        if (const auto why = difference(plan.parameters[i], parameters[i]); !why.empty())
            throw SignatureError(fmt::format("{}: parameter {} {}", spelling, i + 1, why));
    if (returns(plan.result, result)) return;
    const auto why = plan.result.kind == ResultType::Kind::record && !result.element.is_number()
                         ? ": " + plan.result.element.difference(result.element, "the C++ type")
                         : std::string();
    throw SignatureError(fmt::format(
        "{} does not return {}{}", spelling,
        result.kind == CxxType::Kind::pointer ? std::string("an address") : result.element.spelling(), why));
}

const std::string& Module::name() const { return state_->name; }

std::vector<std::string> Module::functions() const {
    std::vector<std::string> names;
    for (const auto& function : state_->functions) names.push_back(function.signature.qualified_name);
    return names;
}

Function Module::function(const std::string& name) const {
    state_->check_alive();
    const auto found = functions_named(*state_, name);
    if (found.size() == 1) return Function(state_, found.front());
    if (found.size() > 1) {
        std::vector<const dwarf::Signature*> which;
        for (const auto index : found) which.push_back(&state_->functions[index].signature);
        several_functions(name, state_->name, which);
    }
    for (const auto& [uncallable, why] : state_->uncallable)
        if (uncallable == name) throw SignatureError(why);
    const auto there = functions();
    auto message = fmt::format("no function '{}' in {}. It defines: {}.", name, state_->name, listed(there));
    if (const auto near = nearest(name, there); !near.empty()) message += fmt::format(" Did you mean '{}'?", near);
    throw FunctionNotFound(message);
}

std::vector<dwarf::Type> Module::types() const {
    std::vector<dwarf::Type> types;
    for (const auto& function : state_->functions) {
        types.push_back(function.signature.result);
        for (const auto& parameter : function.signature.parameters) types.push_back(parameter.type);
    }
    for (const auto& variable : state_->variables) types.push_back(variable.type);
    return types;
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
    const auto lock = state_->lock();
    state_->check_alive();
    place_again(*state_);
}

Binary Module::binary() const { return Binary(state_->image); }

void Module::free() {
    const auto lock = state_->lock();
    // Views of globals may hold on to the memory: it is gone for them, too.
    for (auto* memory : {&state_->code, &state_->data, &state_->arguments}) {
        if (*memory) (*memory)->free();
        memory->reset();
    }
}

} // namespace p4jit
