import keras
import tensorflow as tf
from tensorflow.keras.models import load_model


def loads(path):
    keras.models.load_model(path, safe_mode=False)  # expect: MK2006
    tf.keras.models.load_model(path, safe_mode=False)  # expect: MK2006
    load_model("model.h5")  # expect: MK2006
    keras.config.enable_unsafe_deserialization()  # expect: MK2006
    tf.saved_model.load(path)  # expect: MK2006
    keras.saving.load_model(path, compile=False, safe_mode=False)  # expect: MK2006
