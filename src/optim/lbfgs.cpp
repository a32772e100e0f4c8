#include <algorithm>
#include <cmath>
#include <deque>

#include <hindsight/autodiff.hpp>
#include <hindsight/error.hpp>
#include <hindsight/ops.hpp>
#include <hindsight/optim/lbfgs.hpp>

#include "base/format.hpp"
#include "graph/mode.hpp"
#include "optim/state.hpp"
#include "optim/strong_wolfe.hpp"

namespace hindsight::optim {
namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}
void add(Vector& to, double factor, const Vector& what) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * what[i];
}
double largest(const Vector& a) {
  double most = 0;
  for (const double x : a) most = std::isnan(x) ? x : std::max(most, std::abs(x));
  return most;
}
Vector negative(Vector a) {
  for (double& x : a) x = -x;
  return a;
}
Tensor stored(const Vector& a) { return tensor(a); }
Tensor stored(double a) { return tensor(a, {.dtype = float64}); }

/// One step of length t·d, and how it changed the gradient (y).
struct Pair {
  Vector step, change;
  double inverse;  // 1 / ⟨y, s⟩
};

struct LBFGSState : Optimizer::State {
  LBFGSOptions options;
  std::int64_t evaluations = 0, iterations = 0;  // of all steps
  Vector direction, gradient_before;
  double length = 0, scale = 1;
  std::deque<Pair> history;

  Tensor updated(std::size_t, const Tensor&, const Tensor&) override { return {}; }
  void step() override {
    throw StateError(
        "LBFGS evaluates the loss many times a step: call step(closure), where the closure clears the "
        "gradients, "
        "computes the loss, calls backward() and returns the loss; it cannot be compiled");
  }
  StateDict state_dict() const override;
  void load_state_dict(const StateDict& state) override;

  std::size_t size() const {
    std::size_t all = 0;
    for (const Parameter& parameter : parameters)
      all += static_cast<std::size_t>(parameter.shape().elements());
    return all;
  }

  /// All values, or all gradients (0 where there is none), one after the other.
  template <class Get>
  Vector flat(const Get& get) const {
    Vector all;
    for (const Parameter& parameter : parameters) {
      const Tensor part = get(parameter);
      const Vector numbers = part.defined() ? part.detach().to(float64).to_vector<double>()
                                            : Vector(static_cast<std::size_t>(parameter.shape().elements()));
      all.insert(all.end(), numbers.begin(), numbers.end());
    }
    return all;
  }
  Vector weights() const {
    return flat([](const Parameter& parameter) { return parameter.value(); });
  }
  Vector gradient() const {
    return flat([](const Parameter& p) { return p.requires_grad() ? p.grad() : Tensor(); });
  }
  /// The weights become from + far·d, but those that are frozen stay.
  void move(const Vector& from, double far, const Vector& d) {
    auto at = from.begin();
    auto by = d.begin();
    for (Parameter& parameter : parameters) {
      const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(parameter.shape().elements());
      Vector to(at, at + count);
      for (std::ptrdiff_t k = 0; k < count; ++k) to[static_cast<std::size_t>(k)] += far * by[k];
      if (parameter.requires_grad()) parameter.assign(tensor(to, parameter.shape()).to(parameter.dtype()));
      at += count;
      by += count;
    }
  }

  /// What the last step taught about the curvature: s and y = g − g before, where ⟨y, s⟩ is clearly positive.
  void learn(const Vector& g) {
    Pair pair{direction, g, 0};
    for (double& s : pair.step) s *= length;
    add(pair.change, -1, gradient_before);
    const double product = dot(pair.change, pair.step);
    if (!(product > 1e-10)) return;
    pair.inverse = 1 / product;
    scale = product / dot(pair.change, pair.change);
    if (static_cast<std::int64_t>(history.size()) == options.history_size) history.pop_front();
    history.push_back(std::move(pair));
  }

  /// −H·g with the estimate H of the inverse Hessian: the two loops of algorithm 7.4.
  Vector newton_direction(const Vector& g) const {
    Vector q = negative(g), alphas(history.size());
    for (std::size_t i = history.size(); i-- > 0;) {
      alphas[i] = dot(history[i].step, q) * history[i].inverse;
      add(q, -alphas[i], history[i].change);
    }
    for (double& x : q) x *= scale;
    for (std::size_t i = 0; i < history.size(); ++i)
      add(q, alphas[i] - dot(history[i].change, q) * history[i].inverse, history[i].step);
    return q;
  }

  Tensor run(const std::function<Tensor()>& closure);
};

/// One step(): iterations until one of the limits or tolerances is met.
Tensor LBFGSState::run(const std::function<Tensor()>& closure) {
  std::int64_t evaluated = 0;
  const auto evaluate = [&] {
    const EnableGrad enable_grad;
    ++evaluated;
    return closure();
  };
  const std::int64_t most = options.max_eval ? *options.max_eval : options.max_iter * 5 / 4;
  const Tensor loss_before = evaluate();
  LinePoint here{0, loss_before.item(), 0, gradient()};
  bool solved = largest(here.gradient) <= options.tolerance_grad;
  for (std::int64_t i = 1; i <= options.max_iter && !solved && (i == 1 || evaluated < most); ++i) {
    ++iterations;
    if (iterations == 1) {
      direction = negative(here.gradient);
    } else {
      learn(here.gradient);
      direction = newton_direction(here.gradient);
    }
    gradient_before = here.gradient;
    const double before = here.value;
    length = groups[0].lr;
    if (iterations == 1) {
      double sum = 0;
      for (const double x : here.gradient) sum += std::abs(x);
      length *= std::min(1.0, 1 / sum);
    }
    here.slope = dot(here.gradient, direction);
    if (here.slope > -options.tolerance_change) break;

    const Vector from = weights();
    const auto at = [&](double far) {
      move(from, far, direction);
      const double value = evaluate().item();
      LinePoint point{far, value, 0, gradient()};
      point.slope = dot(point.gradient, direction);
      return point;
    };
    if (!options.line_search_fn.empty()) {
      here = strong_wolfe(at, here, length, largest(direction), options.tolerance_change).found;
      length = here.t;
      here.t = 0;
      move(from, length, direction);
    } else if (i == options.max_iter) {
      move(from, length, direction);  // nobody asks for the loss there
      break;
    } else {
      here = at(length);
      here.t = 0;
    }
    solved = largest(here.gradient) <= options.tolerance_grad ||
             largest(direction) * std::abs(length) <= options.tolerance_change ||
             std::abs(here.value - before) < options.tolerance_change;
  }
  evaluations += evaluated;
  return loss_before;
}

StateDict LBFGSState::state_dict() const {
  StateDict state{{"param_groups.0.lr", stored(groups[0].lr)},
                  {"state.0.func_evals", stored(static_cast<double>(evaluations))},
                  {"state.0.n_iter", stored(static_cast<double>(iterations))}};
  if (iterations == 0) return state;
  state.emplace("state.0.d", stored(direction));
  state.emplace("state.0.t", stored(length));
  state.emplace("state.0.H_diag", stored(scale));
  state.emplace("state.0.prev_flat_grad", stored(gradient_before));
  Vector steps_made, changes;
  for (const Pair& pair : history) {
    steps_made.insert(steps_made.end(), pair.step.begin(), pair.step.end());
    changes.insert(changes.end(), pair.change.begin(), pair.change.end());
  }
  const Shape rows{static_cast<std::int64_t>(history.size()), static_cast<std::int64_t>(size())};
  state.emplace("state.0.old_stps", tensor(steps_made, rows));
  state.emplace("state.0.old_dirs", tensor(changes, rows));
  return state;
}

void LBFGSState::load_state_dict(const StateDict& state) {
  StateDict rest = state;
  const auto read = [&](const char* name, const Shape& shape) {
    const auto found = rest.find(name);
    if (found == rest.end()) fail<ValueError>("load_state_dict: the state lacks \"{}\"", name);
    if (found->second.shape() != shape)
      fail<ShapeError>("load_state_dict: \"{}\" has shape {} in the state and {} in the optimizer", name,
                       found->second.shape().str(), shape.str());
    Vector numbers = found->second.to(float64).to_vector<double>();
    rest.erase(found);
    return numbers;
  };
  const double lr = read("param_groups.0.lr", {})[0], evals = read("state.0.func_evals", {})[0],
               iters = read("state.0.n_iter", {})[0];
  Vector d, g, s, y;
  double t_now = 0, h = 1;
  const auto count = static_cast<std::int64_t>(size());
  if (iters > 0) {
    const auto steps_made = state.find("state.0.old_stps");
    const std::int64_t pairs =
        steps_made == state.end() || steps_made->second.dim() < 1 ? 0 : steps_made->second.size(0);
    d = read("state.0.d", {count});
    g = read("state.0.prev_flat_grad", {count});
    s = read("state.0.old_stps", {pairs, count});
    y = read("state.0.old_dirs", {pairs, count});
    t_now = read("state.0.t", {})[0];
    h = read("state.0.H_diag", {})[0];
  }
  if (!rest.empty())
    fail<ValueError>("load_state_dict: the state has \"{}\", which the optimizer does not",
                     rest.begin()->first);

  groups[0].lr = lr;
  evaluations = static_cast<std::int64_t>(evals);
  iterations = static_cast<std::int64_t>(iters);
  direction = d;
  gradient_before = g;
  length = t_now;
  scale = h;
  history.clear();
  const auto step = static_cast<std::ptrdiff_t>(count);
  for (auto from = s.begin(), change = y.begin(); from != s.end(); from += step, change += step) {
    history.push_back({Vector(from, from + step), Vector(change, change + step), 0});
    history.back().inverse = 1 / dot(history.back().change, history.back().step);
  }
}

std::shared_ptr<LBFGSState> made(std::vector<Parameter> parameters, const LBFGSOptions& options) {
  require_not_negative("lr", options.lr);
  require_not_negative("tolerance_grad", options.tolerance_grad);
  require_not_negative("tolerance_change", options.tolerance_change);
  for (const auto& [name, value] :
       {std::pair("max_iter", options.max_iter), std::pair("max_eval", options.max_eval.value_or(1)),
        std::pair("history_size", options.history_size)})
    if (value < 1) fail<ValueError>("LBFGS: {} is {} and must be at least 1", name, value);
  if (!options.line_search_fn.empty() && options.line_search_fn != "strong_wolfe")
    fail<ValueError>("LBFGS: line_search_fn is \"{}\" and must be \"strong_wolfe\" or empty",
                     options.line_search_fn);
  auto state = std::make_shared<LBFGSState>();
  state->options = options;
  state->add_group(std::move(parameters), {.lr = options.lr});
  return state;
}

}  // namespace

LBFGS::LBFGS(std::vector<Parameter> parameters, LBFGSOptions options)
    : Optimizer(made(std::move(parameters), options)) {}

Tensor LBFGS::step(const std::function<Tensor()>& closure) const {
  if (mode().capture) state().step();  // throws
  const NoGrad no_grad;
  return static_cast<LBFGSState&>(state()).run(closure);
}

}  // namespace hindsight::optim
