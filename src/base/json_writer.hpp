#pragma once
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hindsight {

/// JSON, written from front to back. (nlohmann-json, which writes its texts and numbers, is known to
/// json_writer.cpp alone: what includes it takes seconds longer to compile, and tens of kilobytes more.)
class JsonWriter {
 public:
  /// On one line; or each value on its own, indented by so many blanks.
  explicit JsonWriter(std::size_t indent = 0) : indent_(indent) {}

  /// `write` writes the members, or the elements.
  template <class Write>
  void object(Write&& write) {
    open('{');
    write();
    close('}');
  }
  template <class Write>
  void array(Write&& write) {
    open('[');
    write();
    close(']');
  }

  void null() { written("null"); }
  void value(bool value) { written(value ? "true" : "false"); }
  /// null where it is not finite, which JSON cannot hold.
  void value(double value);
  /// Throws ValueError unless it is UTF-8.
  void value(std::string_view text);
  void value(const std::string& text) { value(std::string_view(text)); }
  void value(const char* text) { value(std::string_view(text)); }
  template <std::signed_integral Number>
  void value(Number number) {
    written(std::to_string(number));
  }
  template <std::unsigned_integral Number>
  void value(Number number) {
    written(std::to_string(number));
  }
  template <class T>
  void value(const std::vector<T>& list) {
    array([&] {
      for (const auto& entry : list) value(entry);
    });
  }
  template <class T>
  void value(const std::optional<T>& known) {
    known ? value(*known) : null();
  }
  /// What is JSON already, and ends with its line.
  void line(std::string_view json);

  /// The name of the next value, in an object.
  void key(std::string_view name);
  template <class T>
  void field(std::string_view name, const T& its) {
    key(name);
    value(its);
  }
  /// An array with what `write` writes for each of a list.
  template <class List, class Write>
  void each(std::string_view name, const List& list, Write&& write) {
    key(name);
    array([&] {
      for (const auto& entry : list) write(entry);
    });
  }

  std::string text() && { return std::move(text_); }

 private:
  void open(char bracket);
  void close(char bracket);
  /// Where the next value begins: behind a comma, unless it is the first or has a name.
  void begin();
  bool is_empty() const;
  void new_line();
  void written(std::string_view text);

  std::string text_;
  std::size_t indent_;
  std::size_t depth_ = 0;
};

}  // namespace hindsight
