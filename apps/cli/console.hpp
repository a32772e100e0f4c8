#pragma once
#include <chrono>
#include <string>
#include <string_view>

/// What the program says, and where: results on stdout, progress, notes and errors on stderr. Colours, bold
/// type and progress are for terminals only; NO_COLOR (https://no-color.org) turns colours off, and TERM=dumb
/// all three.
class Console {
 public:
  /// Looks at the streams and the environment.
  Console();
  ~Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// Leaves out everything but data() and error().
  void set_quiet(bool quiet) { quiet_ = quiet; }
  bool quiet() const { return quiet_; }

  /// A line for people, on stdout.
  void line(std::string_view text = {}) const;
  /// The same in bold: the title of a section.
  void heading(std::string_view text) const;
  /// What a program reads (--json), on stdout as it is, even when quiet.
  void data(std::string_view text) const;
  /// "hindsight: note: …" on stderr.
  void note(std::string_view text) const;
  /// "hindsight: …" on stderr, always, and always one line.
  void error(std::string_view text) const;

  /// Rewrites the line at the bottom of the terminal, at most 20 times a second; nothing when stderr is none.
  /// An empty text removes the line.
  void progress(std::string_view text) const;
  /// True when progress() shows anything: a caller may then save itself the trouble.
  bool shows_progress() const { return !quiet_ && errors_is_terminal_; }
  /// Removes the progress line; all other output does so by itself.
  void end_progress() const;

  /// For stdout; as they are where it is no terminal.
  std::string bold(std::string_view text) const;
  std::string green(std::string_view text) const;
  std::string red(std::string_view text) const;
  std::string yellow(std::string_view text) const;

  /// Sends out what is buffered. Throws std::runtime_error when stdout took not everything (a full disk).
  void flush() const;

 private:
  std::string styled(const char* code, std::string_view text, bool color) const;

  bool output_is_terminal_;
  bool errors_is_terminal_;
  bool colors_;
  bool quiet_ = false;
  mutable bool progress_shown_ = false;
  mutable std::chrono::steady_clock::time_point last_progress_{};
};

/// `text` with blanks for line ends and other control characters.
std::string one_line(std::string_view text);

/// "[=====>    ]", `fraction` of it full.
std::string bar(double fraction, int width = 20);
