// A Classifier as a safetensors file, and back.
#include <algorithm>
#include <cmath>

#include <hindsight/error.hpp>
#include <hindsight/train/classifier.hpp>

#include "base/format.hpp"
#include "base/json.hpp"

namespace hindsight::train {
namespace {

std::string kind_of(const nn::Module& layer) {
  const std::string text = layer.layer().describe();
  return text.substr(0, text.find('('));
}

Json architecture_of(const nn::Sequential& model) {
  Json layers = Json::array();
  for (const auto& [name, layer] : model.children()) {
    const std::string kind = kind_of(layer);
    if (kind == "Linear") {
      const Shape shape = layer.parameters()[0].shape();
      layers.push_back({{"type", kind}, {"in_features", shape[1]}, {"out_features", shape[0]}});
      if (layer.parameters().size() == 1) layers.back()["bias"] = false;
    } else if (kind == "ReLU" || kind == "Sigmoid" || kind == "Tanh") {
      layers.push_back({{"type", kind}});
    } else {
      fail<ValueError>("layer \"{}\" is a {}, which a model file cannot hold", name, kind);
    }
  }
  return layers;
}

/// Building layers draws initial weights, which loading replaces: the caller's random numbers must not move
/// by it.
class KeepDefaultGenerator {
 public:
  KeepDefaultGenerator() : before_(default_generator()) {}
  ~KeepDefaultGenerator() { default_generator() = before_; }
  KeepDefaultGenerator(const KeepDefaultGenerator&) = delete;
  KeepDefaultGenerator& operator=(const KeepDefaultGenerator&) = delete;

 private:
  Generator before_;
};

/// Reads what pack_model() wrote, believing nothing.
class Unpacker {
 public:
  Unpacker(const data::Safetensors& content, const std::string& source)
      : content_(content), source_(source) {}

  Classifier unpack() const {
    const auto features = read<std::vector<std::string>>("features"),
               classes = read<std::vector<std::string>>("classes");
    const data::Standardizer scaling{read<std::vector<double>>("mean"), read<std::vector<double>>("std")};
    if (features.empty() || classes.size() < 2)
      refuse("it names {} features and {} classes", features.size(), classes.size());
    if (scaling.mean.size() != features.size() || scaling.std.size() != features.size())
      refuse("it has {} features, and scaling for {} and {}", features.size(), scaling.mean.size(),
             scaling.std.size());
    if (!std::all_of(scaling.std.begin(), scaling.std.end(), [](double s) { return s >= 0; }))
      refuse("a standard deviation is negative");
    const std::size_t outputs = classes.size() == 2 ? 1 : classes.size();
    return {read_network(features.size(), outputs), scaling, features, classes, text("target")};
  }

 private:
  template <class... Args>
  [[noreturn]] void refuse(fmt::format_string<Args...> reason, Args&&... args) const {
    fail<FileError>("{} holds no classifier that can be read: {}", source_,
                    formatted(reason, std::forward<Args>(args)...));
  }

  const std::string& text(const std::string& key) const {
    const auto found = content_.metadata.find(key);
    if (found == content_.metadata.end()) refuse("its metadata lacks \"{}\"", key);
    return found->second;
  }

  template <class T>
  T read(const std::string& key) const {
    const Json value = parse_json(text(key), source_);
    try {
      return value.get<T>();
    } catch (const Json::exception&) {
      refuse("\"{}\" in its metadata is {}", key, value.dump());
    }
  }

  /// The layer, when it takes `width` features; `width` becomes what it gives.
  nn::Module read_layer(const std::string& name, const Json& facts, std::size_t& width) const {
    const std::string kind = facts.value("type", "");
    if (kind == "ReLU") return nn::ReLU();
    if (kind == "Sigmoid") return nn::Sigmoid();
    if (kind == "Tanh") return nn::Tanh();
    if (kind != "Linear") refuse("layer {} is of the unknown type \"{}\"", name, kind);
    const auto weight = content_.tensors.find(name + ".weight");
    if (weight == content_.tensors.end()) refuse("the tensor \"{}.weight\" is missing", name);
    const Shape shape{facts.value("out_features", std::int64_t{0}),
                      facts.value("in_features", std::int64_t{0})};
    if (weight->second.shape() != shape)
      refuse("\"{}.weight\" has shape {}, and its architecture says {}", name, weight->second.shape().str(),
             shape.str());
    if (shape[1] != static_cast<std::int64_t>(width) || shape[0] < 1)
      refuse("layer {} takes {} features and gives {}, and the one before it gives {}", name, shape[1],
             shape[0], width);
    width = static_cast<std::size_t>(shape[0]);
    return nn::Linear(shape[1], shape[0], {.bias = facts.value("bias", true)});
  }

  nn::Sequential read_network(std::size_t features, std::size_t outputs) const {
    const KeepDefaultGenerator keep;
    const Json architecture = parse_json(text("architecture"), source_);
    if (!architecture.is_array() || architecture.empty()) refuse("\"architecture\" is no list of layers");
    std::vector<nn::Module> layers;
    std::size_t width = features;
    try {
      for (const Json& facts : architecture)
        layers.push_back(read_layer(std::to_string(layers.size()), facts, width));
    } catch (const Json::exception&) {
      refuse("\"architecture\" is {}", architecture.dump());
    }
    if (width != outputs) refuse("its network gives {} numbers, and its classes need {}", width, outputs);
    const nn::Sequential model(layers);
    try {
      model.load_state_dict(content_.tensors);
    } catch (const Error& error) {
      refuse("{}", error.what());
    }
    return model;
  }

  const data::Safetensors& content_;
  const std::string& source_;
};

}  // namespace

data::Safetensors pack_model(const Classifier& classifier) {
  data::Safetensors content;
  content.tensors = classifier.model.state_dict();
  content.metadata = {{"architecture", dump_json(architecture_of(classifier.model))},
                      {"features", dump_json(classifier.feature_names)},
                      {"mean", dump_json(classifier.scaling.mean)},
                      {"std", dump_json(classifier.scaling.std)},
                      {"classes", dump_json(classifier.class_names)},
                      {"target", classifier.target},
                      {"hindsight", HINDSIGHT_VERSION}};
  return content;
}

Classifier unpack_model(const data::Safetensors& content, const std::string& source) {
  return Unpacker(content, source).unpack();
}

void save_model(const std::string& path, const Classifier& classifier) {
  data::write_safetensors(path, pack_model(classifier));
}

Classifier load_model(const std::string& path) { return unpack_model(data::read_safetensors(path), path); }

}  // namespace hindsight::train
