import keras
import tensorflow as tf


def loads(path, model):
    keras.models.load_model("model.keras")
    keras.models.load_model("model.keras", safe_mode=True)
    tf.keras.models.load_model(path)
    model.load_weights(path)
    model.save("model.h5")
