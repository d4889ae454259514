use std::env::var;

use openapi::apis::authentication_api::{generate_token, GenerateTokenError};
use openapi::apis::configuration::Configuration;
use openapi::apis::rooms_api::{create_room, list_rooms, retrieve_room, update_room, UpdateRoomError};
use openapi::apis::Error;
use openapi::models::{
    GrantType, OAuthErrorCode, RoomAccessLevel, RoomConfiguration, RoomCreate, RoomUpdate, TokenRequest, TokenResponse, TrackSource,
};

async fn token(configuration: &Configuration, secret: String) -> Result<TokenResponse, Error<GenerateTokenError>> {
    let request = TokenRequest {
        client_id: var("CLIENT_ID").ok(),
        client_secret: Some(secret),
        ..TokenRequest::new(GrantType::ClientCredentials, var("USER_EMAIL").unwrap())
    };
    generate_token(configuration, request, None).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut configuration = Configuration { base_path: var("MEET_URL").unwrap(), ..Configuration::default() };

    match token(&configuration, "wrong".into()).await {
        // The first kind of error that fits is the one: those of 401 look like those of 400.
        Err(Error::ResponseError(answer)) if answer.status == 401 => match answer.entity {
            Some(GenerateTokenError::Status400(error)) => assert_eq!(error.error, OAuthErrorCode::InvalidClient),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
    let answer = token(&configuration, var("CLIENT_SECRET").unwrap()).await.unwrap();
    configuration.bearer_access_token = Some(answer.access_token);

    let sources = RoomConfiguration { can_publish_sources: Some(Some(vec![TrackSource::Microphone])), ..RoomConfiguration::new() };
    let wanted = RoomCreate { access_level: Some(RoomAccessLevel::Restricted), configuration: Some(Box::new(sources)) };
    let room = create_room(&configuration, None, Some(wanted)).await.unwrap();
    assert_eq!(room.configuration.can_publish_sources, Some(Some(vec!["microphone".to_string()])));
    let list = list_rooms(&configuration, None, None, Some(100), None).await.unwrap();
    assert!(list.results.iter().any(|other| other.id == room.id));
    let id = room.id.to_string();
    assert_eq!(retrieve_room(&configuration, &id, None).await.unwrap(), room);

    let muting = RoomConfiguration { everyone_can_mute: Some(Some(false)), ..RoomConfiguration::new() };
    let change = RoomUpdate { access_level: Some(RoomAccessLevel::Trusted), configuration: Some(Box::new(muting)) };
    let changed = update_room(&configuration, &id, None, Some(change)).await.unwrap();
    assert_eq!((changed.access_level, changed.configuration.everyone_can_mute), (RoomAccessLevel::Trusted, Some(Some(false))));

    let public = RoomUpdate { access_level: Some(RoomAccessLevel::Public), configuration: None };
    match update_room(&configuration, &id, None, Some(public)).await {
        Err(Error::ResponseError(answer)) => match answer.entity {
            Some(UpdateRoomError::Status400(errors)) => {
                assert_eq!(errors.access_level, Some(vec!["Public rooms are disabled for the external API.".to_string()]))
            }
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}
