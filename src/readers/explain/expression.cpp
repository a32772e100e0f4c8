// A recursive-descent reader: sum → product → sign → power → atom. It builds operations at once; there is no
// other tree.
#include <numbers>
#include <set>

#include <fast_float/fast_float.h>

#include <hindsight/error.hpp>
#include <hindsight/explain.hpp>
#include <hindsight/op.hpp>
#include <hindsight/ops.hpp>

#include "base/format.hpp"

namespace hindsight::explain {
namespace {

constexpr int deepest = 200;  // brackets within brackets

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Reader {
 public:
  Reader(std::string_view text, const std::map<std::string, double>& at) : text_(text) {
    for (const auto& [name, value] : at) {
      if (!std::isfinite(value))
        fail<ValueError>("variable {} must be a finite number, and is {}", name, value);
      variables_.emplace(name, tensor(value, {.dtype = float64, .requires_grad = true}).named(name));
    }
  }

  Expression read() {
    Expression expression{std::string(text_), sum(), {}};
    skip_spaces();
    if (position_ == text_.size() && expression.value.dtype() == boolean)
      error("a comparison is true or false: choose by it with where([a > b], c, d)");
    if (position_ < text_.size())
      error(text_[position_] == ')' ? "this bracket was never opened" : "expected an operator here");
    for (const std::string& name : used_) expression.variables.emplace_back(name, variables_.at(name));
    return expression;
  }

 private:
  Tensor sum() {
    Tensor value = product();
    for (;;) {
      if (accept('+'))
        value = value + product();
      else if (accept('-'))
        value = value - product();
      else
        return value;
    }
  }

  Tensor product() {
    Tensor value = sign();
    for (;;) {
      skip_spaces();
      if (accept('*'))
        value = value * sign();
      else if (accept('/'))
        value = value / sign();
      else if (position_ < text_.size() &&
               (is_letter(text_[position_]) || is_digit(text_[position_]) || text_[position_] == '('))
        value = value * power();  // 3x, 2(x + 1)
      else
        return value;
    }
  }

  Tensor sign() {
    if (accept('+')) return sign();
    if (!accept('-')) return power();
    const Depth depth(*this);
    const Tensor operand = sign();
    // −3 is a number, −x is an operation.
    return operand.is_leaf() && operand.name().empty() ? constant(-operand.item()) : -operand;
  }

  // Right to left: 2^3^2 is 2^(3^2).
  Tensor power() {
    const Tensor base = atom();
    if (!accept('^')) return base;
    const Depth depth(*this);
    const Tensor exponent = sign();
    const bool is_number = exponent.is_leaf() && exponent.name().empty();
    return is_number ? pow(base, exponent.item()) : pow(base, exponent);
  }

  Tensor atom() {
    skip_spaces();
    if (position_ == text_.size())
      error("the expression ends where a number, a variable or a bracket should follow");
    const char c = text_[position_];
    if (c == '(') return bracketed();
    if (c == '[') return condition();
    if (is_digit(c) || c == '.') return number();
    if (is_letter(c)) return named();
    error(formatted("'{}' cannot stand here; a number, a variable or a bracket should", character()));
  }

  Tensor bracketed() {
    const Depth depth(*this);
    accept('(');
    const Tensor value = sum();
    if (!accept(')')) error("a closing bracket is missing");
    return value;
  }

  /// [a > b]: true or false, for where(…).
  Tensor condition() {
    const Depth depth(*this);
    accept('[');
    const Tensor left = sum();
    skip_spaces();
    const std::string_view rest = text_.substr(position_);
    using Compare = Tensor (*)(const Tensor&, const Tensor&);
    static const std::pair<std::string_view, Compare> comparisons[] = {
        {"==", [](const Tensor& a, const Tensor& b) { return a == b; }},
        {"!=", [](const Tensor& a, const Tensor& b) { return a != b; }},
        {">=", [](const Tensor& a, const Tensor& b) { return a >= b; }},
        {"<=", [](const Tensor& a, const Tensor& b) { return a <= b; }},
        {">", [](const Tensor& a, const Tensor& b) { return a > b; }},
        {"<", [](const Tensor& a, const Tensor& b) { return a < b; }},
    };
    for (const auto& [sign, compare] : comparisons) {
      if (!rest.starts_with(sign)) continue;
      position_ += sign.size();
      const Tensor value = compare(left, sum());
      if (!accept(']')) error("a closing ] is missing");
      return value;
    }
    error("a comparison should stand between [ and ]: ==, !=, >=, <=, > or <");
  }

  Tensor number() {
    double value = 0;
    const char* first = text_.data() + position_;
    const auto [end, status] = fast_float::from_chars(first, text_.data() + text_.size(), value);
    if (status != std::errc() || !std::isfinite(value)) error("this is not a number");
    const char* stop = end;
    // In "2e" the e is a number of its own; fast_float leaves it, and so it reads 2 · e.
    const bool is_zero = stop - first == 1 && *first == '0';
    position_ += static_cast<std::size_t>(stop - first);
    refuse_other_notations(is_zero);
    return constant(value);
  }

  /// 1_000 and 0x10, which would be read as products of a number and a variable of an odd name.
  void refuse_other_notations(bool after_zero) const {
    if (position_ + 1 >= text_.size() || !is_digit(text_[position_ + 1])) return;
    const char c = text_[position_];
    const std::string name(name_at(position_));
    if (variables_.count(name)) return;
    const std::string has = "a number has digits, a point and an exponent only: write it ";
    if (c == '_') error(has + "without separators");
    if (after_zero && std::string_view("xXbBoO").find(c) != std::string_view::npos)
      error(formatted("{}in decimal, or 0*{} for a product", has, name));
  }

  Tensor named() {
    const std::size_t start = position_;
    const std::string name(name_at(start));
    position_ += name.size();
    if (const auto variable = variables_.find(name); variable != variables_.end()) {
      used_.insert(name);
      return variable->second;
    }
    if (const Op* op = find_operation(name); op && op->elementwise && op->is_differentiable())
      return call(*op, start);
    if (name == "pi") return constant(std::numbers::pi);
    if (name == "e") return constant(std::numbers::e);
    position_ = start;
    skip_name_for_error(name);
  }

  [[noreturn]] void skip_name_for_error(const std::string& name) {
    const std::size_t after = position_ + name.size();
    if (after < text_.size() && text_[after] == '(') error(formatted("there is no function \"{}\"", name));
    error(formatted("variable {} has no value: give it with --at {}=NUMBER", name, name));
  }

  Tensor call(const Op& op, std::size_t start) {
    const Depth depth(*this);
    if (!accept('(')) {
      position_ = start;
      error(formatted("{} is a function: write {}(…)", op.name, op.name));
    }
    std::vector<Tensor> inputs{sum()};
    while (accept(',')) inputs.push_back(sum());
    if (!accept(')')) error("a closing bracket is missing");
    Attributes attributes = named_numbers(op, inputs);
    if (op.arity >= 0 && inputs.size() != static_cast<std::size_t>(op.arity)) {
      position_ = start;
      error(formatted("{} takes {} argument{}, and got {}", op.name, op.arity, op.arity == 1 ? "" : "s",
                      inputs.size()));
    }
    try {
      return apply(op, Inputs(inputs), std::move(attributes));
    } catch (const Error& refused) {
      position_ = start;
      error(refused.what());
    }
  }

  /// Arguments behind the inputs are what the operation's text names, as in "elu({0}, {alpha})": taken from
  /// `arguments`, where they are all there and plain numbers.
  static Attributes named_numbers(const Op& op, std::vector<Tensor>& arguments) {
    std::vector<std::string_view> names;
    for (std::size_t at = op.text.find('{'); at < op.text.size(); at = op.text.find('{', at + 1))
      if (!is_digit(op.text[at + 1])) names.push_back(op.text.substr(at + 1, op.text.find('}', at) - at - 1));
    const auto inputs = static_cast<std::size_t>(std::max(op.arity, 0));
    if (names.empty() || names.size() > 2 || arguments.size() != inputs + names.size()) return {};
    std::vector<Attribute> list;
    for (std::size_t k = 0; k < names.size(); ++k) {
      const Tensor& number = arguments[inputs + k];
      if (!number.is_leaf() || !number.name().empty()) return {};
      list.push_back({names[k], number.item()});
    }
    arguments.resize(inputs);
    return list.size() == 1 ? Attributes{list[0]} : Attributes{list[0], list[1]};
  }

  static Tensor constant(double value) { return tensor(value, {.dtype = float64}); }

  /// Letters and digits from `start` on.
  std::string_view name_at(std::size_t start) const {
    std::size_t end = start;
    while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
    return text_.substr(start, end - start);
  }

  /// The character at the present position, all bytes of it in UTF-8.
  std::string_view character() const {
    std::size_t end = position_ + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) ++end;
    return text_.substr(position_, end - position_);
  }

  void skip_spaces() {
    while (position_ < text_.size() && (text_[position_] == ' ' || text_[position_] == '\t')) ++position_;
  }
  bool accept(char c) {
    skip_spaces();
    if (position_ == text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }
  [[noreturn]] void error(const std::string& what) const {
    throw ParseError(formatted("cannot read \"{}\" at character {}: {}", text_, position_ + 1, what),
                     position_);
  }

  /// Keeps a hostile expression from exhausting the stack.
  struct Depth {
    Reader& reader;
    explicit Depth(Reader& r) : reader(r) {
      if (++reader.depth_ > deepest) reader.error(formatted("brackets are more than {} deep", deepest));
    }
    ~Depth() { --reader.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
  };

  std::string_view text_;
  std::size_t position_ = 0;
  int depth_ = 0;
  std::map<std::string, Tensor> variables_;
  std::set<std::string> used_;
};

}  // namespace

Expression read_expression(std::string_view text, const std::map<std::string, double>& at) {
  return Reader(text, at).read();
}

}  // namespace hindsight::explain
