from clone_mcp.models.prediction import Question


async def test_a_prediction_is_stored_as_it_was_answered(clone, me):
    prediction = await clone.predict(me, Question("agent", "Shall I go on?", k=3))
    async with clone.storage.begin(me.tenant, readonly=True) as uow:
        assert await uow.predictions.get(prediction.id) == prediction
