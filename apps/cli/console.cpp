#include "console.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <sys/ioctl.h>
#include <unistd.h>

namespace {

bool is_terminal(int descriptor) {
  const char* kind = std::getenv("TERM");
  return ::isatty(descriptor) != 0 && !(kind && std::string_view(kind) == "dumb");
}

std::size_t columns_of(int descriptor) {
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

void put(std::FILE* stream, std::string_view text) { std::fwrite(text.data(), 1, text.size(), stream); }

/// The first `columns` characters of UTF-8 text: a longer progress line would wrap, and stay when it is
/// rewritten.
std::string_view cut(std::string_view text, std::size_t columns) {
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80 && used++ == columns) return text.substr(0, i);
  return text;
}

}  // namespace

Console::Console()
    : output_is_terminal_(is_terminal(STDOUT_FILENO)),
      errors_is_terminal_(is_terminal(STDERR_FILENO)),
      colors_(output_is_terminal_) {
  const char* no_color = std::getenv("NO_COLOR");
  if (no_color && *no_color) colors_ = false;
}

Console::~Console() { end_progress(); }

void Console::line(std::string_view text) const {
  if (quiet_) return;
  end_progress();
  put(stdout, text);
  put(stdout, "\n");
  if (output_is_terminal_) std::fflush(stdout);
}

void Console::heading(std::string_view text) const { line(bold(text)); }

void Console::data(std::string_view text) const {
  end_progress();
  put(stdout, text);
}

void Console::note(std::string_view text) const {
  if (!quiet_) error("note: " + std::string(text));
}

void Console::error(std::string_view text) const {
  end_progress();
  std::fflush(stdout);  // so that the two streams stay in order where they are one
  put(stderr, "hindsight: " + one_line(text) + "\n");
}

void Console::progress(std::string_view text) const {
  constexpr auto pause = std::chrono::milliseconds(50);
  if (text.empty()) return end_progress();
  const auto now = std::chrono::steady_clock::now();
  if (!shows_progress() || now - last_progress_ < pause) return;
  last_progress_ = now;
  progress_shown_ = true;
  put(stderr, "\r");
  put(stderr, cut(text, columns_of(STDERR_FILENO) - 1));
  put(stderr, "\x1b[K");  // clears what a longer line before has left
  std::fflush(stderr);
}

void Console::end_progress() const {
  if (!progress_shown_) return;
  progress_shown_ = false;
  put(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

std::string Console::styled(const char* code, std::string_view text, bool color) const {
  if (!output_is_terminal_ || (color && !colors_)) return std::string(text);
  return std::string("\x1b[") + code + "m" + std::string(text) + "\x1b[0m";
}

std::string Console::bold(std::string_view text) const { return styled("1", text, false); }
std::string Console::green(std::string_view text) const { return styled("32", text, true); }
std::string Console::red(std::string_view text) const { return styled("31", text, true); }
std::string Console::yellow(std::string_view text) const { return styled("33", text, true); }

void Console::flush() const {
  end_progress();
  if (std::fflush(stdout) != 0 || std::ferror(stdout))
    throw std::runtime_error(std::string("cannot write to the standard output: ") + std::strerror(errno));
}

std::string one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return line;
}

std::string bar(double fraction, int width) {
  const int full = std::clamp(static_cast<int>(fraction * width), 0, width);
  std::string text(static_cast<std::size_t>(full), '=');
  if (full < width) text += '>';
  text.resize(static_cast<std::size_t>(width), ' ');
  return '[' + text + ']';
}
