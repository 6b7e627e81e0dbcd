// p4jit: native functions on a running ESP32-P4, from the shell.
#include "commands.hpp"

#include "p4jit/base/error.hpp"
#include "p4jit/base/text.hpp"
#include "p4jit/jit/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <span>

#include <fcntl.h>
#include <unistd.h>

using namespace p4jit;

namespace {

/// The signal that asked us to end; 0 for none.
std::atomic<int> asked_to_end = 0;
/// Nobody has been told of it yet.
std::atomic<bool> is_news = false;

/// Ctrl-C and its kin end what is done in order, temporary files and all. A
/// second one ends the process, whatever it is waiting for.
void end_in_order_on(int signal) {
    std::signal(signal, [](int number) {
        asked_to_end = number;
        is_news = true;
        std::signal(number, SIG_DFL);
    });
}

/// A file opened where stdin, stdout or stderr were closed would get what is
/// printed.
void occupy_standard_files() {
    int file = ::open("/dev/null", O_RDWR);
    while (file >= 0 && file <= STDERR_FILENO) file = ::dup(file);
    if (file > STDERR_FILENO) ::close(file);
}

/// The words of the command line, last one first, as the parser wants them. It
/// would take [1,2,3] apart, and not let numbers follow on "--"; a blank in
/// front, which as_typed() takes away, keeps it from that.
std::vector<std::string> words(int argc, char** argv) {
    std::vector<std::string> words;
    bool only_arguments = false;
    for (const std::string word : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
        if (word == "--" && !only_arguments)
            only_arguments = true;
        else
            words.push_back(only_arguments || word.starts_with('[') || word.starts_with(' ') ? " " + word : word);
    }
    std::ranges::reverse(words);
    return words;
}

/// What is wrong with the command line, and where its help is.
std::string complaint(const CLI::App& app, const CLI::ParseError& error, const std::string& command) {
    const auto commands = app.get_subcommands([](const CLI::App*) { return true; });
    std::vector<std::string> names;
    for (const auto* one : commands) names.push_back(one->get_name());
    if (std::ranges::find(names, command) != names.end())
        return fmt::format("p4jit {}: {}\nSee p4jit {} --help.", command, error.what(), command);
    if (command.empty() || command.starts_with('-'))
        return fmt::format("p4jit: {}\nSee p4jit --help.", command.empty() ? "give a command" : error.what());
    const auto near = nearest(command, names);
    return fmt::format("p4jit: '{}' is no command; there are {}.{}\nSee p4jit --help.", command, join(names, ", "),
                       near.empty() ? "" : fmt::format(" Did you mean '{}'?", near));
}

int failed(std::string_view kind, std::string_view what) {
    std::fputs(fmt::format("{}: {}\n", kind, what).c_str(), stderr);
    return 1;
}

int cannot_print(std::string_view reason) {
    return failed("SystemError", fmt::format("cannot write what is printed: {}", reason));
}

/// The command, and all it prints written out; its exit status.
int run(const cli::Chosen& chosen) {
    try {
        const int status = chosen.run();
        if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) return cannot_print(std::strerror(errno));
        return status;
    } catch (const Interrupted& error) {
        std::fflush(stdout);
        const std::string_view what = error.what();
        fmt::print(stderr, "interrupted{}\n", what == "interrupted" ? "" : fmt::format(": {}", what));
        return 128 + asked_to_end;
    } catch (const Error& error) {
        return failed(name(error.kind()), error.what());
    } catch (const std::system_error& error) {
        return std::ferror(stdout) != 0 ? cannot_print(error.code().message()) : failed("SystemError", error.what());
    } catch (const std::exception& error) {
        failed("internal error", error.what());
        return 70; // EX_SOFTWARE
    }
}

} // namespace

int main(int argc, char** argv) {
    occupy_standard_files();
    CLI::App app("P4-JIT: native functions on a running ESP32-P4, real or virtual", "p4jit");
    app.set_version_flag("--version", "p4jit " + version());
    app.require_subcommand(1);
    app.set_help_all_flag("--help-all", "print the help of every command");

    cli::Chosen chosen;
    // Told once: what is freed on the way out is not interrupted again.
    chosen.interrupted = [] { return is_news.exchange(false); };
    cli::add_run(app, chosen);
    cli::add_doctor(app, chosen);
    cli::add_devices(app, chosen);
    cli::add_disassemble(app, chosen);
    cli::add_assemble(app, chosen);
    cli::add_lint(app, chosen);
    cli::add_emulate(app, chosen);
    cli::add_serve(app, chosen);
    for (auto* command : app.get_subcommands([](const CLI::App*) { return true; }))
        command->set_version_flag("--version", "p4jit " + version());
    try {
        app.parse(words(argc, argv));
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        fmt::print(stderr, "{}\n", complaint(app, error, argc > 1 ? argv[1] : ""));
        return 2; // as of any command that was used wrongly
    }

    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) end_in_order_on(signal);
    return run(chosen);
}
