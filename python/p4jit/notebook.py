"""The notebook extension: %load_ext p4jit, then %%p4jit cells of C, C++ or assembly."""

import shlex

from IPython.core.error import UsageError
from IPython.core.magic import Magics, cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments

from .errors import Error
from .p4jit import P4JIT

SUFFIXES = {"c": ".c", "c++": ".cpp", "cpp": ".cpp", "asm": ".S", "s": ".S"}


def _show_message_alone(error):
    """A notebook shows the error's own text, which names the cell's line, and no frames of ours."""
    error._render_traceback_ = lambda: [f"{type(error).__name__}: {error}"]


def _number_of_cell(shell):
    """The N of In [N]. The shell's own count is one ahead while a cell runs, or not, as IPython's version has it."""
    history = shell.history_manager
    return len(history.input_hist_raw) - 1 if history else shell.execution_count


def _split(text):
    """Words as a shell splits them."""
    try:
        return shlex.split(text)
    except ValueError as error:
        raise UsageError(f"%%p4jit {text}: {error}") from None


@magics_class
class P4jitMagics(Magics):
    """Cells whose functions run on the device."""

    def __init__(self, shell):
        super().__init__(shell)
        self._device = None

    def _device_for(self, name):
        """The P4JIT of that name, or the notebook's one, or one of our own."""
        if name:
            device = self.shell.user_ns.get(name)
            if not isinstance(device, P4JIT):
                raise UsageError(f"%%p4jit --device {name}: there is no P4JIT of that name; write {name} = P4JIT()")
            return device
        found = self.shell.user_ns.get("jit")
        if isinstance(found, P4JIT):
            return found
        if self._device is None:
            self._device = P4JIT()
        return self._device

    @magic_arguments()
    @argument("-x", "--language", default="c", choices=sorted(SUFFIXES), help="what the cell is written in; default: c")
    @argument("-O", "--optimization", default="O3", help="O0 to O3, Os, Oz, Og, Ofast; default: O3")
    @argument("-D", "--define", action="append", default=[], metavar="NAME[=VALUE]", help="define a macro")
    @argument("-I", "--include", action="append", default=[], metavar="FOLDER", help="look for headers there")
    @argument("--flags", default="", help='more flags for the compiler: --flags="-ffast-math -g"')
    @argument("-m", "--module", metavar="NAME", help="also bind the module to this name: its globals are attributes")
    @argument("--device", metavar="NAME", help="the P4JIT to use; default: jit, if there is one, else one of its own")
    @argument("--no-strict", action="store_true", help="accept plain Python numbers where the conversion is exact")
    @cell_magic
    def p4jit(self, line, cell):
        """Compiles the cell, places it on the device, and binds its functions to names in the notebook.

        Running the cell again replaces them. A compile error names the line of the cell.
        """
        # Not parse_argstring(), which takes "-a -b" apart and leaves the quotes.
        options = self.p4jit.parser.parse_args(_split(line))
        device = self._device_for(options.device)
        # The cell's own first line is the one with %%p4jit.
        name = f"cell{_number_of_cell(self.shell)}{SUFFIXES[options.language]}"
        try:
            module = device.module(
                code="\n" + cell,
                name=name,
                optimization=options.optimization,
                defines=options.define,
                include_dirs=options.include,
                flags=_split(options.flags),
                strict=not options.no_strict,
            )
        except Error as error:
            _show_message_alone(error)
            raise
        # Overloads and what is in a namespace are the module's alone: m["geo::area"].
        names = [name for name in module.functions if name.isidentifier() and module.functions.count(name) == 1]
        self.shell.push({name: module[name] for name in names})
        if options.module:
            self.shell.push({options.module: module})
        elif left := sorted(set(module.functions) - set(names)):
            print(f'No names here for {", ".join(left)}: bind the module with -m NAME, then NAME["{left[0]}"]')


def load_ipython_extension(shell):
    """Called by %load_ext p4jit."""
    shell.register_magics(P4jitMagics)
