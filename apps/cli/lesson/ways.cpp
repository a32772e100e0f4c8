// The ways to learn the same network from the same start.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "backprop_by_hand.hpp"
#include "lesson/lesson.hpp"

namespace lesson {
namespace {

/// Microseconds an iteration: the median of blocks of 100, so that one interruption does not count.
class Stopwatch {
 public:
  void lap() {
    if (++iterations_ % block != 0) return;
    const auto now = Clock::now();
    blocks_.push_back(std::chrono::duration<double, std::micro>(now - start_).count() / block);
    start_ = now;
  }
  double median() {
    if (blocks_.empty()) return 0;
    std::nth_element(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(blocks_.size() / 2),
                     blocks_.end());
    return blocks_[blocks_.size() / 2];
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr int block = 100;
  Clock::time_point start_ = Clock::now();
  int iterations_ = 0;
  std::vector<double> blocks_;
};

double accuracy_of(const Tensor& y_hat, const Start& data) { return by_hand::accuracy(y_hat, data.y); }

/// weight is out × in in nn::Linear; the lesson's W is in × out.
std::vector<Tensor> in_lesson_layout(const std::vector<hs::Parameter>& parameters,
                                     const std::function<Tensor(const hs::Parameter&)>& read) {
  std::vector<Tensor> tensors;
  for (const hs::Parameter& parameter : parameters) {
    const Tensor tensor = read(parameter).detach();
    tensors.push_back(tensor.dim() == 2 ? tensor.t() : tensor);
  }
  return tensors;
}

std::vector<Tensor> interleaved(const std::vector<Tensor>& W, const std::vector<Tensor>& b) {
  std::vector<Tensor> all;
  for (std::size_t l = 0; l < W.size(); ++l) {
    all.push_back(W[l]);
    all.push_back(b[l]);
  }
  return all;
}

/// The lesson's loop around either hand-written network.
template <class Net>
void learn(Net& net, const Settings& settings, const Start& from, Run& run,
           const std::function<std::vector<Tensor>(const typename Net::Gradients&)>& list) {
  Stopwatch watch;
  for (std::int64_t i = 0; i < settings.iterations; ++i) {
    const auto step = net.backprop(from.X, from.y);
    run.losses.push_back(step.loss);
    if (is_logged(i, settings)) run.accuracies.emplace_back(i, accuracy_of(step.y_hat, from));
    if (i == 0) run.first_gradients = list(step.gradients);
    net.update(step.gradients, settings.lr);
    watch.lap();
  }
  run.microseconds = watch.median();
  run.predict = [net](const Tensor& X) { return net.predict(X); };
}

}  // namespace

Start with_hidden(const Settings& settings, std::vector<std::int64_t> hidden) {
  hs::Generator generator(settings.seed);
  const auto data = hs::data::spirals({.points_per_class = settings.points,
                                       .classes = settings.classes,
                                       .seed = settings.seed,
                                       .dtype = hs::float64},
                                      generator);
  hidden.insert(hidden.begin(), 2);
  hidden.push_back(settings.classes == 2 ? 1 : settings.classes);
  const auto net = by_hand::random_start(hidden, generator);
  const Tensor y =
      settings.classes == 2 ? data.targets : hs::one_hot(data.targets, settings.classes).to(hs::float64);
  return {data.features, data.targets, y, net.W, net.b};
}

Start start(const Settings& settings) { return with_hidden(settings, settings.hidden); }

bool is_logged(std::int64_t iteration, const Settings& settings) {
  return iteration % 500 == 0 || iteration + 1 == settings.iterations;
}

Run by_hand(const Settings& settings, const Start& from) {
  Run run;
  run.way = "by hand";
  if (from.W.size() == 2 && settings.classes == 2) {
    ::by_hand::TwoLayers net{from.W[0], from.b[0], from.W[1], from.b[1]};
    learn(net, settings, from, run, [](const auto& g) {
      return std::vector<Tensor>{g.dW1, g.db1, g.dW2, g.db2};
    });
    run.weights = {net.W1, net.b1, net.W2, net.b2};
  } else {
    ::by_hand::AnyDepth net{from.W, from.b};
    learn(net, settings, from, run, [](const auto& g) { return interleaved(g.dW, g.db); });
    run.weights = interleaved(net.W, net.b);
  }
  return run;
}

hs::nn::Sequential model_of(const Start& from) {
  std::vector<hs::nn::Module> layers;
  for (std::size_t l = 0; l < from.W.size(); ++l) {
    const hs::nn::Linear linear(from.W[l].size(0), from.W[l].size(1), {.dtype = hs::float64});
    linear.weight().assign(from.W[l].t());
    linear.bias().assign(from.b[l]);
    layers.push_back(linear);
    if (l + 1 < from.W.size()) layers.push_back(hs::nn::ReLU());
  }
  if (from.W.back().size(1) == 1) layers.push_back(hs::nn::Sigmoid());
  return hs::nn::Sequential(layers);
}

Tensor loss_of(const hs::nn::Module& model, const Start& data) {
  const Tensor output = model(data.X);
  return output.size(1) == 1 ? hs::nn::BCELoss()(output, data.targets)
                             : hs::nn::CrossEntropyLoss()(output, data.targets);
}

namespace {

std::function<Tensor(const Tensor&)> predictor(const hs::nn::Module& model) {
  return [model](const Tensor& X) {
    const hs::NoGrad no_grad;
    const Tensor output = model(X);
    return output.size(1) == 1 ? output : hs::softmax(output, 1);
  };
}

}  // namespace

Run by_autograd(const Settings& settings, const Start& from) {
  Run run;
  run.way = "by autograd";
  const auto model = model_of(from);
  const hs::optim::SGD optimizer(model.parameters(), {.lr = settings.lr});
  const auto output_of = predictor(model);
  Stopwatch watch;
  for (std::int64_t i = 0; i < settings.iterations; ++i) {
    const Tensor loss = loss_of(model, from);
    optimizer.zero_grad();
    loss.backward();
    run.losses.push_back(loss.item());
    if (is_logged(i, settings)) run.accuracies.emplace_back(i, accuracy_of(output_of(from.X), from));
    if (i == 0)
      run.first_gradients =
          in_lesson_layout(model.parameters(), [](const hs::Parameter& p) { return p.grad(); });
    optimizer.step();
    watch.lap();
  }
  run.microseconds = watch.median();
  run.weights = in_lesson_layout(model.parameters(), [](const hs::Parameter& p) { return p.value(); });
  run.predict = output_of;
  return run;
}

Run by_plan(const Settings& settings, const Start& from) {
  Run run;
  run.way = "compiled";
  const auto model = model_of(from);
  const hs::optim::SGD optimizer(model.parameters(), {.lr = settings.lr});
  const auto output_of = predictor(model);
  auto step = hs::compile(
      [&](const Tensor& X, const Tensor& targets) {
        return loss_of(model, {X, targets, {}, {}, {}});
      },
      optimizer, {.keep_grads = true});
  Stopwatch watch;
  for (std::int64_t i = 0; i < settings.iterations; ++i) {
    if (is_logged(i, settings)) run.accuracies.emplace_back(i, accuracy_of(output_of(from.X), from));
    run.losses.push_back(step(from.X, from.targets));
    if (i == 0)
      run.first_gradients =
          in_lesson_layout(model.parameters(), [](const hs::Parameter& p) { return p.grad(); });
    watch.lap();
  }
  run.microseconds = watch.median();
  run.weights = in_lesson_layout(model.parameters(), [](const hs::Parameter& p) { return p.value(); });
  run.predict = output_of;
  return run;
}

double largest_difference(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    double scale = 0, difference = 0;
    for (std::int64_t k = 0; k < a[i].elements(); ++k) {
      scale = std::max(scale, std::abs(a[i].array().at(k)));
      difference = std::max(difference, std::abs(a[i].array().at(k) - b[i].array().at(k)));
    }
    if (difference > 0) largest = std::max(largest, difference / scale);
  }
  return largest;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i])
      largest = std::max(largest, std::abs(a[i] - b[i]) / std::max(std::abs(a[i]), std::abs(b[i])));
  return largest;
}

std::vector<SeedResult> from_default_initialisers(const Settings& settings, std::uint32_t seeds,
                                                  const std::function<void(std::uint32_t)>& progress) {
  const auto data = hs::data::spirals(
      {.points_per_class = settings.points, .classes = settings.classes, .seed = settings.seed});
  const Start start32{
      data.features,
      data.targets,
      settings.classes == 2 ? data.targets : hs::one_hot(data.targets, settings.classes).to(hs::float32),
      {},
      {}};
  std::vector<SeedResult> results;
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    progress(seed);
    hs::manual_seed(seed);
    std::vector<hs::nn::Module> layers;
    std::int64_t width = 2;
    for (const std::int64_t next : settings.hidden) {
      layers.push_back(hs::nn::Linear(width, next));
      layers.push_back(hs::nn::ReLU());
      width = next;
    }
    layers.push_back(hs::nn::Linear(width, settings.classes == 2 ? 1 : settings.classes));
    if (settings.classes == 2) layers.push_back(hs::nn::Sigmoid());
    const hs::nn::Sequential model(layers);
    const hs::optim::SGD optimizer(model.parameters(), {.lr = settings.lr});
    auto step = hs::compile(
        [&](const Tensor& X, const Tensor& targets) {
          return loss_of(model, {X, targets, {}, {}, {}});
        },
        optimizer);
    double loss = 0;
    for (std::int64_t i = 0; i < settings.iterations; ++i) loss = step(start32.X, start32.targets);
    results.push_back({seed, loss, accuracy_of(predictor(model)(start32.X), start32)});
  }
  return results;
}

}  // namespace lesson
